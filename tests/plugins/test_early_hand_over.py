"""A card that goes before its booked day ends the visit at once; taken back, the visit returns if it can."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.hooks.contracts.bookings import PickupBooked, PickupCancelled, PickupPartyChanged
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.notifications.models import Delivery
from madoguchi.places.models import Place
from madoguchi.residents.services import contact_for
from plugins.card_management.models import Card
from plugins.card_management.models.figures import VisitFact
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import moving as cards
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched
from plugins.card_management.tests.shelves import CLERK
from plugins.card_reservation.models import Booking, BookingPerson, Service, Slot
from plugins.card_reservation.queries import bookings as queries
from plugins.card_reservation.services import booking as bookings
from plugins.card_reservation.services import moving as visits
from plugins.card_reservation.services import nudging, parties, reminders, serving, slots
from plugins.card_reservation.services.verification import VerifiedPickup
from tests.plugins.hearing import hear

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> Client:
    staff = StaffFactory.create(roles=["counter_clerk"], name="窓口 花子")
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


@pytest.fixture
def slot(db: None) -> Slot:
    """A time some days ahead."""
    slots.open_slots(now=clock.now())
    hall = Place.objects.get(code="main")
    later = Slot.objects.filter(place_id=hall.pk, is_open=True, day__gt=clock.today() + timedelta(days=3))
    return later.order_by("starts_at")[0]


def card(number: int) -> UUID:
    made = add_card(reference=f"EAR{number:06}")
    Card.objects.filter(pk=made).update(site=Place.objects.get(code="main").pk)
    return made


def book(slot: Slot, *pickups: UUID) -> Booking:
    now = clock.now()
    request = bookings.BookingRequest(
        slot_id=slot.pk,
        party=tuple(VerifiedPickup(pickup=each, reference="") for each in pickups),
        contact_id=contact_for(email="hanako@example.jp", language="ja", now=now),
        key=uuid4(),
        channel="phone",
    )
    made = bookings.book(request=request, actor=CLERK, now=now)
    hear(PickupBooked)
    return Booking.objects.get(pk=made.booking_id)


def hand_over(clerk: Client, card_id: UUID) -> str:
    matched(card_id)
    return clerk.post(f"/cards/handover/{card_id}/done/", follow=True).content.decode()


def undo(clerk: Client, page: str) -> str:
    found = re.search(r'action="(/undo/[^"]+)"', page)
    assert found is not None
    return clerk.post(found[1], follow=True).content.decode()


def taken(slot: Slot) -> int:
    return Slot.objects.get(pk=slot.pk).booked


def board(clerk: Client, slot: Slot) -> str:
    return clerk.get(f"/reservations/?day={slot.day:%Y-%m-%d}").content.decode()


def test_the_place_is_free_in_the_transaction_of_the_hand_over_and_everybody_reads_how_it_ended(
    clerk: Client, slot: Slot
) -> None:
    own = card(1)
    booked = book(slot, own)
    page = hand_over(clerk, own)
    assert f"（{booked.number}）は終わりにし、枠を空けました" in page
    assert taken(slot) == 0
    assert slots.reconcile(now=clock.now()) == ()
    booked.refresh_from_db()
    assert (booked.state, booked.served) == ("cancelled", [own])
    assert "予約日より前に交付済み" in board(clerk, slot)
    assert "予約日より前に交付済み" in clerk.get(f"/reservations/{booked.pk}/").content.decode()
    assert "予約日より前に交付済み" in clerk.get(f"/cards/{own}/").content.decode()
    written = AuditEntry.objects.get(action="card_reservation.end_served")
    assert str(own) in written.object_ids
    assert written.actor_name == "窓口 花子"
    hear(PickupCancelled)
    assert Card.objects.get(pk=own).wanted_on is None
    assert not VisitFact.objects.filter(is_cancelled=True).exists(), "nobody cancelled"


def test_neither_a_mail_nor_a_reminder_nor_a_nudge_follows(clerk: Client, slot: Slot) -> None:
    own = card(1)
    booked = book(slot, own)
    before = Delivery.objects.count()
    hand_over(clerk, own)
    hear(PickupCancelled)
    eve = clock.local(slot.starts_at) - timedelta(days=1)
    for day in (1, 3, 7):
        assert reminders.send_reminders(now=clock.local(slot.starts_at) - timedelta(days=day)) == 0
    after = clock.local(slot.starts_at).replace(hour=12) + timedelta(days=3)
    Booking.objects.filter(pk=booked.pk).update(created_at=eve - timedelta(days=30))
    assert nudging.send_nudges(now=after) == 0
    assert (
        reminders.fresh(
            about=booked.pk, queued={"starts_at": slot.starts_at.isoformat()}, language="ja", now=clock.now()
        )
        is None
    )
    assert Delivery.objects.count() == before


def test_on_the_booked_day_the_visit_is_kept_for_the_desk_to_mark(clerk: Client, slot: Slot) -> None:
    own = card(1)
    booked = book(slot, own)
    with clock.frozen_at(clock.local(slot.starts_at).replace(hour=8)):
        matched(own)
        cards.move(card_id=own, action=Action.HAND_OVER, actor=CLERK, now=clock.now())
    booked.refresh_from_db()
    assert (booked.state, taken(slot)) == ("active", 1)


def test_of_a_family_only_who_has_the_card_leaves_the_visit(clerk: Client, slot: Slot) -> None:
    first, second = card(1), card(2)
    booked = book(slot, first, second)
    page = hand_over(clerk, first)
    booked.refresh_from_db()
    assert (booked.state, booked.party_size, taken(slot)) == ("active", 1, 1)
    hear(PickupPartyChanged)
    assert Card.objects.get(pk=first).wanted_on is None
    assert Card.objects.get(pk=second).wanted_on == slot.day
    undo(clerk, page)
    booked.refresh_from_db()
    assert (booked.party_size, booked.served, taken(slot)) == (2, [], 2)
    hand_over(clerk, first)
    hand_over(clerk, second)
    booked.refresh_from_db()
    assert (booked.state, taken(slot)) == ("cancelled", 0)
    assert booked.served_at is not None
    assert slots.reconcile(now=clock.now()) == ()


def test_a_hand_over_that_is_taken_back_gives_the_visit_back_at_its_time(clerk: Client, slot: Slot) -> None:
    own = card(1)
    booked = book(slot, own)
    page = hand_over(clerk, own)
    hear(PickupCancelled)
    assert "予約は元に戻せません" not in undo(clerk, page)
    booked.refresh_from_db()
    assert (booked.state, booked.served, booked.served_at, taken(slot)) == ("active", [], None, 1)
    assert BookingPerson.objects.get(booking=booked).active
    before = Delivery.objects.count()
    hear(PickupBooked)
    assert Delivery.objects.count() == before, "the holder was never told of the end"
    assert Card.objects.get(pk=own).wanted_booking == booked.pk
    assert AuditEntry.objects.filter(action="card_reservation.reopen").count() == 1
    assert "予約日より前に交付済み" not in board(clerk, slot).split("<tbody")[1]


def test_a_visit_whose_time_was_taken_meanwhile_stays_ended_and_the_clerk_is_told(
    clerk: Client, slot: Slot
) -> None:
    own = card(1)
    booked = book(slot, own)
    page = hand_over(clerk, own)
    Slot.objects.filter(pk=slot.pk).update(booked=slot.capacity)
    assert "予約は元に戻せませんでした" in undo(clerk, page)
    assert Card.objects.get(pk=own).handed_over_on is None
    booked.refresh_from_db()
    assert (booked.state, booked.served_at, taken(slot)) == ("cancelled", None, slot.capacity)


def test_who_booked_again_meanwhile_keeps_the_new_visit(clerk: Client, slot: Slot) -> None:
    own = card(1)
    booked = book(slot, own)
    page = hand_over(clerk, own)
    other = Slot.objects.filter(place_id=slot.place_id, is_open=True, starts_at__gt=slot.starts_at)
    again = book(other.order_by("starts_at")[0], own)
    assert "予約は元に戻せません" not in undo(clerk, page)
    booked.refresh_from_db()
    assert (booked.state, taken(slot)) == ("cancelled", 0)
    assert BookingPerson.objects.get(pickup=own, active=True).booking_id == again.pk


def test_where_nothing_is_booked_ahead_the_hand_over_is_as_before(clerk: Client, slot: Slot) -> None:
    own = card(1)
    page = hand_over(clerk, own)
    assert "枠を空けました" not in page
    assert not AuditEntry.objects.filter(action="card_reservation.end_served").exists()
    assert "予約は元に戻せません" not in undo(clerk, page)


def test_a_family_of_whom_one_still_has_the_card_was_served(clerk: Client, slot: Slot) -> None:
    first, second = card(1), card(2)
    booked = book(slot, first, second)
    page = hand_over(clerk, first)
    left = AuditEntry.objects.filter(
        action__in=["card_reservation.leave_served", "card_reservation.leave_party"]
    )
    assert [str(first) in entry.object_ids for entry in left] == [True, True]
    hand_over(clerk, second)
    assert "予約は元に戻せませんでした" in undo(clerk, page)
    booked.refresh_from_db()
    assert (booked.state, booked.served, taken(slot)) == ("cancelled", [second], 0)
    assert booked.served_at is not None
    assert "予約日より前に交付済み" in board(clerk, slot)


def test_a_later_hand_over_that_is_taken_back_revives_no_older_visit(clerk: Client, slot: Slot) -> None:
    own = card(1)
    booked = book(slot, own)
    hand_over(clerk, own)
    cards.move(card_id=own, action=Action.TAKE_BACK, actor=CLERK, now=clock.now(), reason="返納")
    page = hand_over(clerk, own)
    assert "予約は元に戻せません" not in undo(clerk, page)
    booked.refresh_from_db()
    assert (booked.state, taken(slot)) == ("cancelled", 0)
    assert booked.served_at is not None


def test_who_joins_another_visit_at_that_moment_leaves_that_one(
    clerk: Client, slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, other = card(1), card(2)
    alone, family = book(slot, own), book(slot, other)
    look = queries.standing_booking_of

    def look_too_early(*, pickup: UUID) -> UUID | None:
        found = look(pickup=pickup)
        if found == alone.pk:
            parties.merge(booking_id=family.pk, pickup=own, actor=CLERK, now=clock.now())
        return found

    monkeypatch.setattr(queries, "standing_booking_of", look_too_early)
    hand_over(clerk, own)
    family.refresh_from_db()
    assert (family.party_size, family.served, taken(slot)) == (1, [own], 1)
    assert slots.reconcile(now=clock.now()) == ()


def test_a_visit_that_was_cancelled_or_moved_meanwhile_is_left_alone(slot: Slot) -> None:
    own = card(1)
    booked = book(slot, own)
    visits.cancel(booking_id=booked.pk, actor=CLERK, now=clock.now())
    matched(own)
    cards.move(card_id=own, action=Action.HAND_OVER, actor=CLERK, now=clock.now())
    booked.refresh_from_db()
    assert (booked.served, booked.served_at) == ([], None)


def test_the_visit_that_a_hand_over_ended_is_found_by_its_index(db: None) -> None:
    # In an empty table every way is cheap: the cheapest must be the index once reading all is not offered.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        way = serving.served_to(uuid4()).explain()
    assert "booking_served" in way


def test_a_visit_on_a_day_for_hand_overs_of_its_own_ends_like_every_pick_up(
    clerk: Client, slot: Slot
) -> None:
    own = card(1)
    booked = book(slot, own)
    sunday = Service.objects.create(code="sunday", name="休日の受け取り", identity="notice", order=9)
    Slot.objects.filter(pk=slot.pk).update(service_id=sunday.pk)
    assert "枠を空けました" in hand_over(clerk, own)
    booked.refresh_from_db()
    assert (booked.state, taken(slot)) == ("cancelled", 0)


def test_a_visit_for_another_service_stays_and_nobody_is_told_that_it_ended(
    clerk: Client, slot: Slot
) -> None:
    own = card(1)
    booked = book(slot, own)
    renewal = Service.objects.get(code="certificate_renewal")
    Slot.objects.filter(pk=slot.pk).update(service_id=renewal.pk)
    assert "枠を空けました" not in hand_over(clerk, own)
    booked.refresh_from_db()
    assert (booked.state, taken(slot)) == ("active", 1)
