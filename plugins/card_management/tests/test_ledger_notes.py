"""Notes of staff: for their eyes only, never lost, and read before a hand-over where they are pinned."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory, sign_in
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.notifications.models import Delivery
from madoguchi.tenancy import City
from plugins.card_management.declarations import MOVE_CARDS, VIEW_CARDS
from plugins.card_management.models import Card, CardNote, NoteVersion
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import guards, moving, notes
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched
from plugins.card_management.tests.test_pages import client_of

pytestmark = pytest.mark.django_db
SECRET = "合言葉はミズイロ"


@pytest.fixture
def clerk(home: City) -> Client:
    return client_of(home, "counter_clerk")


def pin(card: UUID, text: str = SECRET) -> UUID:
    return notes.add(card_id=card, text=text, is_pinned=True, actor=SYSTEM, now=clock.now())


def write(clerk: Client, card: UUID, text: str, **more: str) -> Any:
    return clerk.post(f"/cards/{card}/notes/", {"text": text, **more})


def without_notes(home: City) -> Client:
    staff = StaffFactory.create(
        roles=[RoleFactory.create(permissions=[VIEW_CARDS, MOVE_CARDS, "accounts.export_lists"])]
    )
    return sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), staff)


@pytest.mark.req("KUR-46")
def test_a_note_is_seen_and_changed_by_staff_alone(clerk: Client, home: City) -> None:
    card = add_card()
    write(clerk, card, SECRET)
    page = clerk.get(f"/cards/{card}/").content.decode()
    assert SECRET in page
    note = CardNote.objects.get()
    clerk.post(f"/cards/notes/{note.id}/", {"text": f"{SECRET}。電話は午後に"})
    history = clerk.get(f"/cards/notes/{note.id}/").content.decode()
    assert history.count(SECRET) == 2  # what it says now in the field, and what it said before
    assert NoteVersion.objects.count() == 2
    # Sealed at rest, and out of every way by which something leaves.
    assert not any(SECRET.encode() in bytes(row.sealed) for row in NoteVersion.objects.all())
    for way in ("csv", "cp932", "xlsx", "print", "pdf", "sheet"):
        assert SECRET.encode() not in clerk.get(f"/cards/?as={way}").content
    described = plugins.ask("describe_pickups", pickups=(card,))
    assert SECRET not in str(described)
    held = [record for _name, record in plugins.duty("export_personal_data", wanted=_wanted())]
    assert held
    assert SECRET not in str(held)
    assert SECRET not in str(list(AuditEntry.objects.values_list("details", flat=True)))
    assert not Delivery.objects.exists()
    # Whoever has no right to notes has no field, no button and no address.
    other = without_notes(home)
    shown = other.get(f"/cards/{card}/").content.decode()
    assert "見本 花子" in shown
    assert SECRET not in shown
    assert "備考" not in shown
    assert other.get(f"/cards/notes/{note.id}/").status_code == 403
    assert write(other, card, "x").status_code == 403
    assert other.get(f"/cards/notes/read/?card={card}").status_code == 403


def _wanted() -> Any:
    from madoguchi.hooks.contracts.people import PersonWanted

    return PersonWanted(reference="ABC123456")


def test_a_note_that_was_taken_away_comes_back(clerk: Client) -> None:
    card = add_card()
    write(clerk, card, SECRET)
    note = CardNote.objects.get()
    answer = clerk.post(f"/cards/notes/{note.id}/remove/", follow=True).content.decode()
    assert SECRET not in answer
    token = answer.partition("/undo/")[2].partition('"')[0]
    clerk.post(f"/undo/{token}")
    assert SECRET in clerk.get(f"/cards/{card}/").content.decode()


@pytest.mark.parametrize("typed", ["", "  \n", "あ" * 1001])
def test_an_empty_or_endless_note_is_refused(clerk: Client, typed: str) -> None:
    card = add_card()
    assert write(clerk, card, typed).status_code == 422
    assert not CardNote.objects.exists()


def test_a_card_with_an_unread_pinned_note_is_not_handed_over() -> None:
    card = add_card()
    note = pin(card)
    matched(card, now=clock.now())
    with pytest.raises(guards.HandOverRefused):
        moving.move(card_id=card, action=Action.HAND_OVER, actor=SYSTEM, now=clock.now())
    assert notes.acknowledge(notes=[note], actor=SYSTEM, now=clock.now()) == 1
    moving.move(card_id=card, action=Action.HAND_OVER, actor=SYSTEM, now=clock.now())
    assert Card.objects.get().state == "handed_over"


def test_a_note_that_says_something_else_is_read_again() -> None:
    card = add_card()
    note = pin(card)
    notes.acknowledge(notes=[note], actor=SYSTEM, now=clock.now())
    notes.change(note_id=note, text="別のこと", is_pinned=True, actor=SYSTEM, now=clock.now())
    assert notes.has_to_read(cards=[card])


def test_pinned_notes_are_read_on_the_way_and_only_once(clerk: Client) -> None:
    card = add_card()
    pin(card)
    address = f"/cards/notes/read/?card={card}&next=/reservations/queue/"
    page = clerk.get(address).content.decode()
    assert SECRET in page
    read = AuditEntry.objects.filter(action="personal_data.read").latest("id")
    assert read.details == {"purpose": "card_management.note_read"}
    assert clerk.post(address).headers["Location"] == "/reservations/queue/"
    note = CardNote.objects.get()
    assert note.acknowledged_by == "窓口 花子"
    assert clerk.get(address).headers["Location"] == "/reservations/queue/"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "javascript:alert(1)", ""])
def test_nobody_is_led_elsewhere_after_reading(clerk: Client, elsewhere: str) -> None:
    answer = clerk.get("/cards/notes/read/", {"card": str(uuid4()), "next": elsewhere})
    assert answer.headers["Location"] == "/cards/"
