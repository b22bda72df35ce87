"""The line of those who wait: first come, first offered; a held place is nobody else's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.notifications.models import Delivery
from madoguchi.notifications.services import SEALED_AT
from madoguchi.residents import services as residents
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.resident_messages import WAITING_JOINED, WAITING_OFFER
from plugins.card_reservation.models import Booking, Slot, WaitingEntry, WaitingOffer
from plugins.card_reservation.rules.waiting import answer_by
from plugins.card_reservation.services import accepting, booking, moving, offers, parties, slots, waiting_list
from plugins.card_reservation.services.accepting import OfferOver, Ticks
from plugins.card_reservation.services.booking import Receipt
from plugins.card_reservation.services.verification import VerifiedPickup
from plugins.card_reservation.services.waiting_list import (
    AlreadyWaiting,
    DaysImpossible,
    NoWaitingList,
    Waiter,
    Wish,
)
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def noon() -> datetime:
    """Noon of today: at night nobody has to answer before the morning."""
    return clock.local(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def free(free_slots: Callable[[int], list[queries.SlotView]]) -> list[queries.SlotView]:
    """One slot of each of four days, far enough away to ask somebody."""
    by_day = {clock.local(slot.starts_at).date(): slot for slot in reversed(free_slots(200))}
    return [by_day[day] for day in sorted(by_day)[3:7]]


@pytest.fixture
def full(free: list[queries.SlotView], noon: datetime) -> Receipt:
    """The only booking of a day that has one place left over everywhere: none."""
    made = booking.book(request=request_for(free[0].id, uuid4(), uuid4()), actor=RESIDENT, now=noon)
    day = clock.local(free[0].starts_at).date()
    for slot in Slot.objects.filter(day=day):
        Slot.objects.filter(pk=slot.pk).update(capacity=max(slot.booked, 0), is_open=slot.booked > 0)
    return made


def contact(now: datetime, name: str = "a") -> UUID:
    return residents.contact_for(email=f"{name}@example.jp", language="ja", now=now)


def wish(slot: queries.SlotView, **changes: Any) -> Wish:
    day = clock.local(slot.starts_at).date()
    values: dict[str, Any] = {"place_id": slot.place_id, "first_day": day, "last_day": day} | changes
    return Wish(**values)


def join(slot: queries.SlotView, now: datetime, *pickups: UUID, **changes: Any) -> WaitingEntry:
    waiter = Waiter(pickups=pickups or (uuid4(),), contact_id=contact(now, str(uuid4())))
    waiting_list.join(wish=wish(slot, **changes), waiter=waiter, actor=RESIDENT, now=now)
    return WaitingEntry.objects.order_by("-joined_at", "-changed_at").get(
        people__pickup=waiter.pickups[0], people__active=True
    )


def held() -> WaitingOffer:
    return WaitingOffer.objects.get(state="open")


def ticks() -> Ticks:
    in_force = queries.cautions()
    return Ticks(codes=in_force.codes, version=in_force.version)


def test_a_place_that_is_given_back_is_held_for_the_first_who_fits(
    full: Receipt, free: Any, noon: datetime
) -> None:
    family = join(free[0], noon, uuid4(), uuid4(), uuid4())
    first = join(free[0], noon + timedelta(minutes=1))
    second = join(free[0], noon + timedelta(minutes=2))
    assert not WaitingOffer.objects.exists()
    moving.cancel(booking_id=full.booking_id, actor=RESIDENT, now=noon)
    offers = {offer.entry_id: offer for offer in WaitingOffer.objects.filter(state="open")}
    # Three do not fit into two places; one and one do.
    assert set(offers) == {first.pk, second.pk}
    assert family.pk not in offers
    assert Slot.objects.get(pk=free[0].id).booked == 2
    assert slots.reconcile(now=noon) == ()
    with pytest.raises(booking.SlotFull):
        booking.book(request=request_for(free[0].id, uuid4()), actor=RESIDENT, now=noon)
    assert Delivery.objects.filter(kind="card_reservation.waiting_offer").count() == 2
    for kind in ("waiting_joined", "waiting_offer"):
        delivery = Delivery.objects.filter(kind=f"card_reservation.{kind}").first()
        assert delivery is not None
        sealed = vault.open_sealed(sealed=bytes(delivery.sealed), place=SEALED_AT, row=delivery.id)
        assert sealed["values"]["service"] == "マイナンバーカードの受け取り", "what one waits for"
    for body in (*WAITING_JOINED.body.values(), *WAITING_OFFER.body.values()):
        assert "{service}" in body


def test_an_accepted_offer_is_a_booking_and_twice_is_once(full: Receipt, free: Any, noon: datetime) -> None:
    join(free[0], noon, pickup := uuid4())
    moving.cancel(booking_id=full.booking_id, actor=RESIDENT, now=noon)
    offer = held()
    with pytest.raises(booking.CautionsMissing):
        accepting.accept(offer_id=offer.pk, ticks=Ticks(), actor=RESIDENT, now=noon)
    told = [accepting.accept(offer_id=offer.pk, ticks=ticks(), actor=RESIDENT, now=noon) for _ in range(2)]
    assert told[0] == told[1]
    assert Slot.objects.get(pk=free[0].id).booked == 1
    made = Booking.objects.get(state="active")
    assert (made.party_size, list(made.people.values_list("pickup", flat=True))) == (1, [pickup])
    assert slots.reconcile(now=noon) == ()
    event = OutboxEvent.objects.filter(kind=PickupBooked.kind).latest("id")
    waiting_list.note_booked(
        event=PickupBooked.from_payload(event.payload), key=event.key, actor=SYSTEM, now=noon
    )
    assert WaitingEntry.objects.get().state == "booked"


def test_a_declined_offer_goes_to_the_next_and_is_not_made_again(
    full: Receipt, free: Any, noon: datetime
) -> None:
    first = join(free[0], noon, uuid4(), uuid4())
    second = join(free[0], noon + timedelta(minutes=1), uuid4(), uuid4())
    moving.cancel(booking_id=full.booking_id, actor=RESIDENT, now=noon)
    assert held().entry_id == first.pk
    accepting.decline(offer_id=held().pk, actor=RESIDENT, now=noon)
    assert held().entry_id == second.pk
    accepting.decline(offer_id=held().pk, actor=RESIDENT, now=noon)
    waiting_list.go_on(now=noon)
    assert not WaitingOffer.objects.filter(state="open").exists()
    assert Slot.objects.get(pk=free[0].id).booked == 0
    assert set(WaitingEntry.objects.values_list("state", flat=True)) == {"waiting"}


def test_an_offer_that_nobody_answers_lapses_and_the_second_ends_the_wait(
    full: Receipt, free: Any, noon: datetime
) -> None:
    entry = join(free[0], noon, uuid4(), uuid4())
    moving.cancel(booking_id=full.booking_id, actor=RESIDENT, now=noon)
    offer = held()
    later = offer.held_until + timedelta(seconds=1)
    with pytest.raises(OfferOver):
        accepting.accept(offer_id=offer.pk, ticks=ticks(), actor=RESIDENT, now=later)
    waiting_list.go_on(now=later)
    offer.refresh_from_db()
    assert (offer.state, Slot.objects.get(pk=free[0].id).booked) == ("lapsed", 0)
    WaitingEntry.objects.filter(pk=entry.pk).update(unanswered=1)
    WaitingOffer.objects.filter(pk=offer.pk).update(state="open")
    Slot.objects.filter(pk=free[0].id).update(booked=2)
    waiting_list.go_on(now=later)
    assert WaitingEntry.objects.get().state == "over"
    assert not WaitingEntry.objects.get().people.filter(active=True).exists()


def test_a_wait_whose_last_day_has_passed_ends_and_is_written_down(
    full: Receipt, free: Any, noon: datetime
) -> None:
    entry = join(free[0], noon)
    for day, ended in ((0, 0), (1, 1)):
        waiting_list.go_on(now=noon + timedelta(days=(entry.last_day - noon.date()).days + day))
        found = AuditEntry.objects.filter(action="card_reservation.wait_over", object_ids=[str(entry.pk)])
        assert found.count() == ended
    entry.refresh_from_db()
    assert entry.state == "over"
    assert not entry.people.filter(active=True).exists()


def test_a_hold_that_is_given_back_takes_the_allowance_along(
    full: Receipt, free: Any, noon: datetime
) -> None:
    join(free[0], noon, uuid4(), uuid4())
    moving.cancel(booking_id=full.booking_id, actor=RESIDENT, now=noon)
    offer = held()
    # An administrator makes the time smaller while the place is held: it stands beyond the capacity.
    Slot.objects.filter(pk=free[0].id).update(capacity=1, allowance=1)
    accepting.decline(offer_id=offer.pk, actor=RESIDENT, now=noon)
    slot = Slot.objects.get(pk=free[0].id)
    assert (slot.booked, slot.allowance) == (0, 0)


def test_times_that_nobody_may_be_offered_keep_nobody_from_later_ones(
    free: Any, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "AT_ONCE", 2)
    days = [clock.local(one.starts_at).date() for one in free]
    Slot.objects.filter(day__range=(days[0], days[-1])).exclude(pk__in=[one.id for one in free]).update(
        is_open=False
    )
    Slot.objects.filter(pk__in=[one.id for one in free[:3]]).update(capacity=0)
    entry = join(free[0], noon, last_day=days[-1])
    WaitingOffer.objects.all().delete()
    WaitingEntry.objects.filter(pk=entry.pk).update(state="waiting")
    Slot.objects.filter(pk__in=[one.id for one in free]).update(capacity=2, booked=0)
    # The first times were declined before: they are free, and not offered again.
    for one in free[:3]:
        WaitingOffer.objects.create(
            entry=entry, slot_id=one.id, party_size=1, offered_at=noon, held_until=noon, state="declined"
        )
    assert waiting_list.go_on(now=noon) == 1
    assert held().slot_id == free[3].id


def test_an_earlier_time_moves_the_booking_and_keeps_the_old_one_until_then(
    full: Receipt, free: Any, noon: datetime
) -> None:
    own = booking.book(
        request=request_for(free[3].id, pickup := uuid4(), contact_id=contact(noon)),
        actor=RESIDENT,
        now=noon,
    )
    waiter = Waiter(pickups=(pickup,), contact_id=contact(noon), booking_id=own.booking_id)
    waiting_list.join(wish=wish(free[0]), waiter=waiter, actor=RESIDENT, now=noon)
    moving.cancel(booking_id=full.booking_id, actor=RESIDENT, now=noon)
    assert Booking.objects.get(pk=own.booking_id).slot_id == free[3].id
    accepting.accept(offer_id=held().pk, ticks=Ticks(), actor=RESIDENT, now=noon)
    assert Booking.objects.get(pk=own.booking_id).slot_id == free[0].id
    assert (Slot.objects.get(pk=free[0].id).booked, Slot.objects.get(pk=free[3].id).booked) == (1, 0)
    assert slots.reconcile(now=noon) == ()


def test_whoever_found_a_time_alone_gives_the_held_place_to_the_next(
    full: Receipt, free: Any, noon: datetime
) -> None:
    join(free[0], noon, pickup := uuid4(), uuid4())
    second = join(free[0], noon + timedelta(minutes=1), uuid4(), uuid4())
    moving.cancel(booking_id=full.booking_id, actor=RESIDENT, now=noon)
    made = booking.book(request=request_for(free[3].id, pickup), actor=RESIDENT, now=noon)
    event = OutboxEvent.objects.filter(kind=PickupBooked.kind).latest("id")
    assert event.payload["booking_id"] == str(made.booking_id)
    waiting_list.note_booked(
        event=PickupBooked.from_payload(event.payload), key=event.key, actor=SYSTEM, now=noon
    )
    assert held().entry_id == second.pk


def test_nobody_waits_twice_and_the_same_people_change_their_wish(
    full: Receipt, free: Any, noon: datetime
) -> None:
    a, b = uuid4(), uuid4()
    join(free[0], noon, a, b)
    with pytest.raises(AlreadyWaiting):
        join(free[0], noon, a, uuid4())
    join(free[0], noon, a, b, part="am")
    assert sorted(WaitingEntry.objects.values_list("state", flat=True)) == ["left", "waiting"]


def test_impossible_days_and_a_list_that_is_switched_off_are_refused(free: Any, noon: datetime) -> None:
    day = clock.local(free[0].starts_at).date()
    for changes in (
        {"last_day": day - timedelta(days=1)},
        {"last_day": day + timedelta(days=80)},
        {"first_day": day - timedelta(days=40), "last_day": day - timedelta(days=30)},
    ):
        with pytest.raises(DaysImpossible):
            join(free[0], noon, **changes)
    with pytest.raises(NoWaitingList):
        join(free[0], noon, place_id=uuid4())
    with pytest.raises(booking.PartyTooLarge):
        join(free[0], noon, *(uuid4() for _ in range(6)))


def test_a_place_that_is_free_already_is_offered_at_once(free: Any, noon: datetime) -> None:
    join(free[0], noon)
    assert held().slot.day == clock.local(free[0].starts_at).date()


def test_a_relative_at_home_makes_room_for_who_waits(full: Receipt, free: Any, noon: datetime) -> None:
    join(free[0], noon)
    person = Booking.objects.get(pk=full.booking_id).people.latest("position").pickup
    parties.remove(booking_id=full.booking_id, pickup=person, actor=RESIDENT, now=noon)
    assert held().slot_id == free[0].id
    with pytest.raises(booking.SlotFull):
        parties.add(
            booking_id=full.booking_id,
            person=VerifiedPickup(pickup=person, reference="A"),
            actor=RESIDENT,
            now=noon,
        )


@pytest.mark.parametrize(
    ("now", "starts", "expected"),
    [
        ("2026-12-01 12:00", "2026-12-05 10:00", "2026-12-01 15:00"),
        ("2026-12-01 23:00", "2026-12-05 10:00", "2026-12-02 11:00"),
        ("2026-12-01 05:00", "2026-12-05 10:00", "2026-12-01 11:00"),
        ("2026-12-01 19:00", "2026-12-05 10:00", "2026-12-02 10:00"),
        ("2026-12-01 17:00", "2026-12-05 10:00", "2026-12-01 20:00"),
        ("2026-12-01 12:00", "2026-12-01 14:00", "2026-12-01 13:00"),
        ("2026-12-01 12:00", "2026-12-01 13:00", None),
        ("2026-12-01 23:00", "2026-12-02 09:00", None),
    ],
)
def test_a_place_is_held_for_hours_of_the_day_and_never_into_the_visit(
    now: str, starts: str, expected: str | None
) -> None:
    found = answer_by(now=datetime.fromisoformat(now), hours=3, starts_at=datetime.fromisoformat(starts))
    assert found == (expected and datetime.fromisoformat(expected))
