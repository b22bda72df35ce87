"""Who works for one place learns nothing of the cards of another, whatever they type or send."""

from uuid import UUID

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory, sign_in
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.places.models import Place
from madoguchi.tenancy import City
from plugins.card_management.declarations import VIEW_CARDS, VIEW_NOTES
from plugins.card_management.models import Card, CardNote
from plugins.card_management.models.forms import LetterPiece
from plugins.card_management.queries import scans as scan_queries
from plugins.card_management.queries.forms import Records
from plugins.card_management.queries.shelves import shelf_cards
from plugins.card_management.rules.life_cycle import Action, State
from plugins.card_management.services import forms_letters, moving, notes, shelves_parcels
from plugins.card_management.services.forms_letters import LetterOrder
from plugins.card_management.services.reach import may_see, reaches
from plugins.card_management.services.scans_mending import PageNotFound
from plugins.card_management.services.scans_typing import DocumentNotFound
from plugins.card_management.tests import paper
from plugins.card_management.tests.scans import documents, pages, scanned
from plugins.card_management.tests.shelves import (
    CLERK,
    browser_of,
    card_at,
    code_of_spot,
    hall,
    make_spots,
)
from plugins.card_management.tests.test_forms_records import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch(home: City) -> Place:
    """Another place of the city."""
    first = hall()
    found = Place.objects.exclude(pk=first.pk).first()
    return found or Place.objects.create(code="branch", name="支所")


def at_branch(branch: Place, role: str = "counter_clerk") -> Client:
    return browser_of(role, place_ids=[branch.pk])


def eyes_at(place: Place) -> Eyes:
    return Eyes(places=frozenset({place.pk}))


def test_a_number_of_another_place_names_nobody_at_the_shelves(home: City, branch: Place) -> None:
    card = card_at(1)
    clerk = at_branch(branch)
    found = clerk.post("/cards/shelves/find/", {"code": "TST000001"})
    assert "試験 1" not in found.content.decode()
    (spot, *_rest) = make_spots(branch)
    put = clerk.post("/cards/shelves/put/?spot=" + str(spot.pk), {"code": "TST000001"}, follow=True)
    assert "このカードは見つかりません" in put.content.decode()
    assert Card.objects.get(pk=card).site == hall().pk
    # A card of which nobody knows the place may lie anywhere: whoever holds it puts it away.
    Card.objects.filter(pk=card).update(site=None, wanted_site=hall().pk)
    clerk.post("/cards/shelves/put/", {"code": code_of_spot(spot)})
    clerk.post("/cards/shelves/put/?spot=" + str(spot.pk), {"code": "TST000001"})
    assert Card.objects.get(pk=card).site == branch.pk


@pytest.mark.parametrize("state", [State.IN_TRANSIT, State.HANDED_OVER, State.DISPOSED])
def test_a_card_that_has_left_is_of_the_place_that_wanted_it(home: City, branch: Place, state: State) -> None:
    card = card_at(1)
    Card.objects.filter(pk=card).update(site=None, wanted_site=hall().pk, state=state)
    assert not may_see(eyes_at(branch), card_id=card)
    assert may_see(eyes_at(hall()), card_id=card)
    assert not reaches(eyes_at(branch), site=None, wanted_site=hall().pk, state=state.value)
    (shown,) = shelf_cards(Card.objects.filter(pk=card), eyes=eyes_at(branch))
    assert (shown.name, shown.kana) == ("", "")


def test_what_lay_in_a_parcel_by_mistake_is_named_to_its_own_place_alone(home: City, branch: Place) -> None:
    inside, strange = card_at(1), card_at(2)
    # The parcel comes to the hall; the strange card is of the branch.
    Card.objects.filter(pk=inside).update(site=branch.pk, wanted_site=hall().pk)
    Card.objects.filter(pk=strange).update(site=branch.pk)
    now = clock.now()
    parcel_id = shelves_parcels.make(from_place=branch.pk, to_place=hall().pk, actor=CLERK, now=now)
    parcel = shelves_parcels.find(parcel_id=parcel_id, eyes=EVERYTHING)
    assert shelves_parcels.pack(parcel=parcel, typed="TST000001", actor=CLERK, now=now).is_good
    shelves_parcels.send(parcel=parcel, actor=CLERK, now=now)
    address = f"/cards/shelves/parcels/{parcel_id}/act/"
    page = at_branch(hall()).post(address, {"do": "take_in", "code": "TST000002"}, follow=True)
    text = page.content.decode()
    assert "TST000002" in text
    assert "試験 2" not in text
    assert "試験 1" in text


def test_forms_of_a_card_that_was_handed_over_elsewhere_are_not_listed(home: City, branch: Place) -> None:
    card = card_at(1)
    made(card)
    Card.objects.filter(pk=card).update(site=None, wanted_site=hall().pk, state=State.HANDED_OVER)
    assert Records(eyes=eyes_at(branch)).total() == 0
    assert Records(eyes=eyes_at(hall())).total() == 1
    assert Records(eyes=EVERYTHING).total() == 1


def test_letters_of_another_place_are_not_taken_back(home: City, branch: Place) -> None:
    card, now = card_at(1), clock.now()
    order = LetterOrder(key="notice", cards=[card], notes_sending=True)
    run = forms_letters.start(order=order, eyes=EVERYTHING, actor=CLERK, now=now)
    forms_letters.carry_out(run_id=run.id, actor=CLERK, now=now, tell=lambda done, total: None)
    assert at_branch(branch).post(f"/cards/letters/{run.id}/undo/").status_code == 404
    assert Card.objects.get(pk=card).notice_sent_on is not None
    assert LetterPiece.objects.filter(run=run).exists()
    assert at_branch(hall()).post(f"/cards/letters/{run.id}/undo/").status_code == 302
    assert Card.objects.get(pk=card).notice_sent_on is None


def test_a_scan_under_the_number_of_a_card_elsewhere_is_not_shown(home: City, branch: Place) -> None:
    card_at(1)
    batch = scanned(paper.form(code="TST000001"), paper.form())
    (document, *_more) = documents(batch)
    (page, *_pages) = pages(document.id)
    type(document).objects.filter(pk=document.pk).update(number_index=Card.objects.get().reference_index)
    with pytest.raises(DocumentNotFound):
        scan_queries.document(document_id=document.id, eyes=eyes_at(branch))
    with pytest.raises(PageNotFound):
        scan_queries.page(page_id=page.id, eyes=eyes_at(branch))
    assert document.id not in [each.id for each in _listed(eyes_at(branch))]
    assert document.id in [each.id for each in _listed(eyes_at(hall()))]
    clerk = at_branch(branch)
    for address in (f"documents/{document.id}/", f"documents/{document.id}/type/", f"pages/{page.id}/image/"):
        assert clerk.get(f"/cards/scans/{address}").status_code == 404
    changed = clerk.post(
        f"/cards/scans/documents/{document.id}/change/", {"do": "report", "trouble": "faint"}
    )
    assert changed.status_code == 404
    assert clerk.post(f"/cards/scans/pages/{page.id}/change/", {"do": "turn"}).status_code == 404


def _listed(eyes: Eyes) -> list[scan_queries.DocumentView]:
    return list(scan_queries.Documents(eyes=eyes).piece(first=0, count=50))


def test_a_card_travels_by_parcel_alone(home: City) -> None:
    card = card_at(1, state=State.PULLED)
    clerk = browser_of()
    clerk.post(f"/cards/{card}/move/", {"action": Action.SEND.value})
    assert Card.objects.get(pk=card).state == State.PULLED
    moving.move(card_id=card, action=Action.SEND, actor=CLERK, now=clock.now())
    clerk.post(f"/cards/{card}/move/", {"action": Action.TAKE_IN.value})
    assert Card.objects.get(pk=card).state == State.IN_TRANSIT


def test_whoever_only_looks_takes_no_pinned_note_away_from_the_counter(home: City) -> None:
    card = card_at(1)
    notes.add(card_id=card, text="先に電話", is_pinned=True, actor=CLERK, now=clock.now())
    viewer = StaffFactory.create(roles=[RoleFactory.create(permissions=[VIEW_CARDS, VIEW_NOTES])])
    looking = sign_in(Client(headers={"host": "staff.midori.localhost"}), viewer)
    address = f"/cards/notes/read/?card={card}&next=/"
    page = looking.get(address)
    assert "先に電話" in page.content.decode()
    assert "読みました" not in page.content.decode()
    assert looking.post(address).status_code == 403
    assert _is_unread(card)
    assert browser_of().post(address).status_code == 302
    assert not _is_unread(card)


def _is_unread(card: UUID) -> bool:
    return CardNote.objects.filter(card_id=card, acknowledged_at=None).exists()
