"""Booking and ledger are one: what a resident books the ledger shows and prepares; notes are read first."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.hooks.contracts.bookings import PickupBooked, PickupMoved
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.places.models import Place
from plugins.card_management.models import Card, CardNote
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import moving, notes
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.services import moving as bookings
from plugins.card_reservation.services.callers import CallerView, note
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import HANAKO, confirm, walk_to_check
from tests.plugins.hearing import hear

pytestmark = pytest.mark.django_db
SECRET = "合言葉はミズイロ"


@pytest.fixture
def clerk() -> Client:
    """A counter clerk's browser."""
    staff = StaffFactory.create(roles=["counter_clerk"])
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


@pytest.fixture
def card(db: None) -> UUID:
    """A card whose holder booked by the resident's pages."""
    now = clock.now()
    open_slots(now=now)
    made = add_card()
    hall = Place.objects.get(code="main")
    slot = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now)[0]
    resident = Client(headers={"host": "midori.localhost"})
    confirm(resident, walk_to_check(resident, People(known={HANAKO: made}), hall.id, slot.id))
    hear(PickupBooked)
    return made


@pytest.mark.req("FUJ-01")
def test_one_screen_shows_booking_and_ledger_and_a_change_reaches_the_lists_at_once(
    card: UUID, clerk: Client
) -> None:
    booking = Booking.objects.select_related("slot").get()
    page = clerk.get(f"/cards/{card}/").content.decode()
    for words in (booking.number, "予約中", "保管中", "引き抜く"):
        assert words in page, words
    day = clock.local(booking.slot.starts_at).date()
    pulls = clerk.get(f"/cards/shelves/pull/?day={day}").content.decode()
    assert "ABC123456" in pulls
    # The visit moves to another day: the card's wish, the list of the day and the screen follow.
    later = booking.slot.starts_at + timedelta(days=1)
    slot = queries.nearest_free(place_id=booking.slot.place_id, after=later, party_size=1, now=clock.now())[0]
    bookings.move(**_moving(booking, slot))
    hear(PickupMoved)
    moved = clock.local(slot.starts_at).date()
    row = Card.objects.get(pk=card)
    assert (row.wanted_on, row.wanted_booking) == (moved, booking.id)
    assert "ABC123456" not in clerk.get(f"/cards/shelves/pull/?day={day}").content.decode()
    assert "ABC123456" in clerk.get(f"/cards/shelves/pull/?day={moved}").content.decode()
    assert "見本 花子" in clerk.get(f"/cards/?wanted_on={moved}").content.decode()


def _moving(booking: Booking, slot: Any) -> dict[str, Any]:
    from uuid import uuid4

    return {
        "booking_id": booking.id,
        "slot_id": slot.id,
        "key": uuid4(),
        "actor": SYSTEM,
        "now": clock.now(),
    }


@pytest.mark.req("NAN-33")
def test_a_pinned_note_stands_in_the_way_at_check_in_until_somebody_has_read_it(
    card: UUID, clerk: Client
) -> None:
    notes.add(card_id=card, text=SECRET, is_pinned=True, actor=SYSTEM, now=clock.now())
    booking, now = Booking.objects.select_related("slot").get(), clock.now()
    begins = now - timedelta(minutes=5)
    Slot.objects.filter(pk=booking.slot_id).update(
        day=clock.local(begins).date(), starts_at=begins, ends_at=now + timedelta(minutes=25)
    )
    detail = f"/reservations/{booking.id}/"
    answer = clerk.post(f"{detail}visit/", {"visit": "arrived"})
    first = urlsplit(answer.headers["Location"])
    assert first.path == "/cards/notes/read/"
    assert parse_qs(first.query)["next"] == [detail]
    assert SECRET in clerk.get(answer.headers["Location"]).content.decode()
    # Neither the page of the person nor the hand-over forgets it.
    assert SECRET in clerk.get(f"/cards/handover/{card}/").content.decode()
    assert 'id="notes-first"' in clerk.get(f"/cards/{card}/").content.decode()
    assert clerk.post(answer.headers["Location"]).headers["Location"] == detail
    assert CardNote.objects.get().acknowledged_by == "窓口 花子"
    # Read once, it stands in nobody's way, and stays on the page of the person.
    clerk.post(f"{detail}visit/", {"visit": ""})
    assert clerk.post(f"{detail}visit/", {"visit": "arrived"}).headers["Location"] == detail
    page = clerk.get(f"/cards/{card}/").content.decode()
    assert SECRET in page
    assert 'id="notes-first"' not in page


def test_no_page_or_mail_of_the_resident_carries_a_note(card: UUID) -> None:
    notes.add(card_id=card, text=SECRET, is_pinned=True, actor=SYSTEM, now=clock.now())
    resident = Client(headers={"host": "midori.localhost"})
    for address in ("/", "/booking/", "/booking/find/"):
        assert SECRET not in resident.get(address, follow=True).content.decode()
    described = plugins.ask("describe_pickups", pickups=(card,))
    assert SECRET not in str(described)


@pytest.mark.req("KUR-33")
def test_progress_follows_the_card_from_its_notice_to_the_hand_over(card: UUID, clerk: Client) -> None:
    def step() -> str:
        page = clerk.get(f"/cards/{card}/").content.decode()
        return page.partition("進捗</dt>")[2].partition("</dd>")[0]

    def do(action: str, **more: str) -> None:
        clerk.post(f"/cards/{card}/move/", {"action": action, **more})

    booking = Booking.objects.select_related("slot").get()
    Card.objects.filter(pk=card).update(wanted_on=None)
    assert "通知書の送付待ち" in step()
    clerk.post(f"/cards/{card}/facts/", {"kind": "new", "notice_sent_on": "2026-11-04"})
    assert "通知書送付済み" in step()
    Card.objects.filter(pk=card).update(wanted_on=clock.local(booking.slot.starts_at).date())
    assert "予約済み" in step()
    # What the table does not know is refused, wherever it comes from.
    do("take_in")
    assert Card.objects.get(pk=card).state == "stored"
    do("pull")
    assert "引抜済み" in step()
    moving.move(card_id=card, action=Action.SEND, actor=SYSTEM, now=clock.now())
    assert "回送中" in step()
    moving.move(card_id=card, action=Action.TAKE_IN, actor=SYSTEM, now=clock.now())
    assert "交付準備済み" in step()
    do("mark_redo", reason="写真")
    assert "不備・再手続き" in step()
    do("resume")
    matched(card, now=clock.now())
    moving.move(card_id=card, action=Action.HAND_OVER, actor=SYSTEM, now=clock.now())
    assert "交付済み" in step()
    do("pull")
    assert Card.objects.get(pk=card).state == "handed_over"
    # Returned and expired are told by the facts beside the card.
    do("take_back")
    Card.objects.filter(pk=card).update(
        wanted_on=None, notice_returned_on=clock.today(), deadline_on=clock.today() - timedelta(days=1)
    )
    assert "通知書返戻" in step()
    Card.objects.filter(pk=card).update(notice_returned_on=None)
    assert "受取期限切れ" in step()


def test_a_telephone_finds_the_card_of_whoever_booked_by_it(card: UUID, clerk: Client) -> None:
    booking = Booking.objects.get()
    note(
        booking_id=booking.id,
        caller=CallerView(name="見本 花子", phone="090-1234-5678"),
        actor=SYSTEM,
        now=clock.now(),
    )
    assert "見本 花子" in clerk.get("/cards/?words=12345678").content.decode()
    assert "見本 花子" not in clerk.get("/cards/?words=99999999").content.decode()
