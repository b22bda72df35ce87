"""Booking a visit: for the whole party or not at all, once and only once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.places.models import Place
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.cautions import built_in
from plugins.card_reservation.models import Booking, BookingPerson, PlaceRules, Slot
from plugins.card_reservation.rules.numbers import is_number
from plugins.card_reservation.services import booking
from plugins.card_reservation.services.booking import BookingRequest
from plugins.card_reservation.services.verification import VerifiedPickup

pytestmark = pytest.mark.django_db

RESIDENT = Actor(kind="resident", id="contact", name="")
CLERK = Actor(kind="staff", id="C0001", name="窓口 一郎")


def party(*pickups: UUID) -> tuple[VerifiedPickup, ...]:
    return tuple(VerifiedPickup(pickup=pickup, reference="ABC000001") for pickup in pickups)


def request_for(slot_id: UUID, *pickups: UUID, **changes: object) -> BookingRequest:
    values: dict[str, object] = {
        "slot_id": slot_id,
        "party": party(*pickups),
        "contact_id": None,
        "key": uuid4(),
        "channel": "web",
        "cautions": built_in(with_notice=True).codes,
        "cautions_version": built_in(with_notice=True).version,
    }
    return BookingRequest(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def slot(hall: Place, now: datetime) -> Slot:
    found = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now)
    return Slot.objects.get(pk=found[0].id)


def test_a_booking_takes_its_places_and_leaves_an_audit_entry_and_an_event(slot: Slot, now: datetime) -> None:
    pickups = sorted([uuid4(), uuid4()])
    receipt = booking.book(request=request_for(slot.id, *pickups), actor=RESIDENT, now=now)
    slot.refresh_from_db()
    assert slot.booked == 2
    assert receipt.place_id == slot.place_id
    assert receipt.starts_at == slot.starts_at
    assert is_number(receipt.number)
    entry = AuditEntry.objects.get(action="card_reservation.book")
    assert entry.object_ids == [str(receipt.booking_id), *map(str, pickups)]
    event = OutboxEvent.objects.get(kind="card_reservation.pickup_booked")
    assert event.payload["place_id"] == str(slot.place_id)
    assert event.payload["service"] == "pickup"
    assert datetime.fromisoformat(event.payload["slot_starts_at"]) == slot.starts_at


def test_the_same_form_sent_twice_is_one_booking(slot: Slot, now: datetime) -> None:
    form = request_for(slot.id, uuid4())
    first = booking.book(request=form, actor=RESIDENT, now=now)
    again = booking.book(request=form, actor=RESIDENT, now=now)
    assert again == first
    assert Booking.objects.count() == 1
    assert OutboxEvent.objects.filter(kind="card_reservation.pickup_booked").count() == 1


def test_the_same_key_with_other_content_is_refused(slot: Slot, now: datetime) -> None:
    form = request_for(slot.id, uuid4())
    booking.book(request=form, actor=RESIDENT, now=now)
    with pytest.raises(booking.KeyReused):
        booking.book(request=request_for(slot.id, uuid4(), key=form.key), actor=RESIDENT, now=now)


def test_one_person_has_one_open_booking(slot: Slot, now: datetime) -> None:
    pickup = uuid4()
    booking.book(request=request_for(slot.id, pickup), actor=RESIDENT, now=now)
    with pytest.raises(booking.AlreadyBooked):
        booking.book(request=request_for(slot.id, uuid4(), pickup), actor=CLERK, now=now)
    slot.refresh_from_db()
    assert (slot.booked, Booking.objects.count(), BookingPerson.objects.count()) == (1, 1, 1)


def test_a_party_that_does_not_fit_gets_nothing_but_the_nearest_slots(slot: Slot, now: datetime) -> None:
    Slot.objects.filter(pk=slot.id).update(booked=slot.capacity - 2)
    with pytest.raises(booking.SlotFull) as refused:
        booking.book(request=request_for(slot.id, uuid4(), uuid4(), uuid4()), actor=RESIDENT, now=now)
    assert len(refused.value.nearest) == 3
    assert slot.id not in {near.id for near in refused.value.nearest}
    assert not BookingPerson.objects.exists()


def test_a_slot_that_has_begun_is_refused_to_everybody(slot: Slot, now: datetime) -> None:
    Slot.objects.filter(pk=slot.id).update(
        starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(minutes=29)
    )
    for actor, channel in ((RESIDENT, "web"), (CLERK, "phone")):
        with pytest.raises(booking.SlotPast):
            booking.book(request=request_for(slot.id, uuid4(), channel=channel), actor=actor, now=now)


def test_a_day_outside_the_window_is_refused(slot: Slot, now: datetime) -> None:
    PlaceRules.objects.update(earliest_open_days_residents=20)
    with pytest.raises(booking.WindowClosed):
        booking.book(request=request_for(slot.id, uuid4()), actor=RESIDENT, now=now)
    booking.book(request=request_for(slot.id, uuid4(), channel="phone"), actor=CLERK, now=now)


@pytest.mark.req("KUR-54")
def test_a_hidden_place_is_neither_listed_nor_bookable_and_keeps_its_bookings(
    slot: Slot, hall: Place, now: datetime
) -> None:
    from madoguchi.places import queries as places

    kept = booking.book(request=request_for(slot.id, uuid4()), actor=RESIDENT, now=now)
    Place.objects.filter(pk=hall.id).update(is_public=False)
    assert hall.id not in {place.id for place in places.public_places()}
    with pytest.raises(places.PlaceNotFound):
        queries.slots(place_id=hall.id, day=slot.day, party_size=1, audience="resident", now=now)
    with pytest.raises(booking.SlotClosed):
        booking.book(request=request_for(slot.id, uuid4()), actor=RESIDENT, now=now)
    assert queries.booking(booking_id=kept.booking_id, now=now, eyes=EVERYTHING).status == "active"


def test_a_slot_nobody_knows_is_refused(hall: Place, now: datetime) -> None:
    with pytest.raises(booking.SlotClosed):
        booking.book(request=request_for(uuid4(), uuid4()), actor=RESIDENT, now=now)


@pytest.mark.parametrize(
    "changes", [{"cautions": ()}, {"cautions": ("documents",)}, {"cautions_version": "2020-01"}]
)
def test_without_every_caution_nothing_is_booked(
    slot: Slot, now: datetime, changes: dict[str, object]
) -> None:
    with pytest.raises(booking.CautionsMissing):
        booking.book(request=request_for(slot.id, uuid4(), **changes), actor=RESIDENT, now=now)


def test_more_people_than_the_city_allows_are_refused(slot: Slot, now: datetime) -> None:
    PlaceRules.objects.update(max_party=2)
    three = [uuid4() for _ in range(3)]
    with pytest.raises(booking.PartyTooLarge):
        booking.book(request=request_for(slot.id, *three), actor=RESIDENT, now=now)
    with pytest.raises(booking.PartyTooLarge):
        booking.book(request=request_for(slot.id, three[0], three[0]), actor=RESIDENT, now=now)
    with pytest.raises(booking.PartyTooLarge):
        booking.book(request=request_for(slot.id), actor=RESIDENT, now=now)


def test_the_numbers_of_two_bookings_do_not_follow_each_other(
    free_slots: Callable[[int], list[queries.SlotView]], now: datetime
) -> None:
    numbers = [
        booking.book(request=request_for(slot.id, uuid4()), actor=RESIDENT, now=now).number
        for slot in free_slots(3)
    ]
    assert len(set(numbers)) == 3
    assert len({number[:3] for number in numbers}) > 1


def test_no_booking_table_has_a_column_for_personal_data(hall: Place) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND table_name IN ('card_reservation_booking', 'card_reservation_bookingperson')"
        )
        columns = {row[0] for row in cursor.fetchall()}
    assert columns == {
        "id", "number", "slot_id", "party_size", "contact_id", "channel", "state", "key", "request_hash",
        "move_key", "cautions_version", "visit", "visit_at", "served", "served_at", "created_at",
        "changed_at",
        "booking_id", "pickup", "position", "active",
    }  # fmt: skip


def test_a_plan_kept_since_the_tables_were_empty_reads_no_whole_table(hall: Place) -> None:
    wanted = booking.BOOK
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE plan_of_a_booking AS {wanted.query.decode()}")
        cursor.execute(f"EXPLAIN EXECUTE plan_of_a_booking ({', '.join(['NULL'] * len(wanted.wanted))})")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("DEALLOCATE plan_of_a_booking")
    assert "person_booked_once" in plan
    assert "Seq Scan on card_reservation_booking" not in plan
