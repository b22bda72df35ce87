"""Many at once: never one too many, never one person twice, and nobody waits in a circle."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.db.models import F, Sum

from madoguchi import clock
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.places.models import Place
from madoguchi.tenancy import City, in_city
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, BookingPerson, Slot
from plugins.card_reservation.services import booking, moving
from plugins.card_reservation.services.slots import open_slots, reconcile
from plugins.card_reservation.tests.test_booking import CLERK, RESIDENT, request_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def slots(home: City, now: datetime) -> list[UUID]:
    with in_city(home):
        open_slots(now=now)
        hall = Place.objects.get(code="main")
        return [
            slot.id
            for slot in queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now, limit=6)
        ]


def all_at_once(home: City, *acts: Callable[[], object]) -> Counter[str]:
    """Run every act in a thread and a transaction of its own, all starting together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            with in_city(home):
                act()
        except Exception as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, acts))


def book(
    slot_id: UUID, *pickups: UUID, actor: Actor = RESIDENT, key: UUID | None = None
) -> Callable[[], object]:
    channel = "web" if actor is RESIDENT else "phone"
    form = request_for(slot_id, *pickups, channel=channel, key=key or uuid4())
    return lambda: booking.book(request=form, actor=actor, now=clock.now())


def nothing_drifted(home: City, now: datetime) -> bool:
    with in_city(home):
        return reconcile(now=now) == () and not Slot.objects.filter(booked__gt=F("capacity")).exists()


def test_twenty_at_once_book_one_person_once(home: City, slots: list[UUID], now: datetime) -> None:
    pickup = uuid4()
    acts = [book(slots[turn % 4], pickup, actor=RESIDENT if turn % 2 else CLERK) for turn in range(20)]
    assert all_at_once(home, *acts) == {"done": 1, "AlreadyBooked": 19}
    with in_city(home):
        assert BookingPerson.objects.filter(pickup=pickup, active=True).count() == 1
        assert Booking.objects.count() == 1
        assert AuditEntry.objects.filter(action="card_reservation.book").count() == 1
        assert OutboxEvent.objects.filter(kind="card_reservation.pickup_booked").count() == 1
    assert nothing_drifted(home, now)


def test_forty_people_share_a_slot_of_five(home: City, slots: list[UUID], now: datetime) -> None:
    outcome = all_at_once(home, *(book(slots[0], uuid4()) for _ in range(40)))
    assert outcome == {"done": 5, "SlotFull": 35}
    with in_city(home):
        assert Slot.objects.get(pk=slots[0]).booked == 5
        assert BookingPerson.objects.count() == 5
    assert nothing_drifted(home, now)


def test_a_double_click_books_once_and_answers_twice(home: City, slots: list[UUID], now: datetime) -> None:
    pickup, key = uuid4(), uuid4()
    assert all_at_once(home, *(book(slots[0], pickup, key=key) for _ in range(8))) == {"done": 8}
    with in_city(home):
        assert Booking.objects.count() == 1
    assert nothing_drifted(home, now)


def test_families_that_share_members_never_wait_in_a_circle(
    home: City, slots: list[UUID], now: datetime
) -> None:
    people = [uuid4() for _ in range(4)]
    pairs = [(people[turn % 4], people[(turn + 1) % 4]) for turn in range(16)]
    outcome = all_at_once(home, *(book(slots[turn % 3], *pair) for turn, pair in enumerate(pairs)))
    assert set(outcome) <= {"done", "AlreadyBooked", "SlotFull"}
    assert 1 <= outcome["done"] <= 2
    assert nothing_drifted(home, now)


def test_two_parties_that_change_places_never_wait_in_a_circle(
    home: City, slots: list[UUID], now: datetime
) -> None:
    with in_city(home):
        there = [
            booking.book(request=request_for(slots[0], uuid4()), actor=RESIDENT, now=now) for _ in range(5)
        ]
        back = [
            booking.book(request=request_for(slots[1], uuid4()), actor=RESIDENT, now=now) for _ in range(4)
        ]
    acts: list[Callable[[], object]] = [move(receipt.booking_id, slots[1]) for receipt in there]
    acts += [move(receipt.booking_id, slots[0]) for receipt in back]
    outcome = all_at_once(home, *acts)
    assert set(outcome) <= {"done", "SlotFull"}
    assert outcome["done"] >= 1
    with in_city(home):
        assert Slot.objects.filter(pk__in=slots[:2]).aggregate(all=Sum("booked"))["all"] == 9
    assert nothing_drifted(home, now)


def test_booking_moving_and_cancelling_together_leave_every_counter_right(
    home: City, slots: list[UUID], now: datetime
) -> None:
    with in_city(home):
        kept = [
            booking.book(request=request_for(slots[turn % 2], uuid4()), actor=RESIDENT, now=now)
            for turn in range(8)
        ]
    acts: list[Callable[[], object]] = []
    for turn, receipt in enumerate(kept):
        acts.append(move(receipt.booking_id, slots[2 + turn % 2]))
        acts.append(cancel(receipt.booking_id))
        acts.append(book(slots[turn % 4], uuid4()))
    outcome = all_at_once(home, *acts)
    assert set(outcome) <= {"done", "SlotFull", "AlreadyCancelled"}
    assert nothing_drifted(home, now)


def test_one_connection_that_serves_two_cities_in_turn_books_each_in_its_own(
    home: City, stranger: City, now: datetime
) -> None:
    """The statement's plan is kept per connection: it must never carry one city's tables into another."""
    made: Counter[str] = Counter()
    for city in (home, stranger) * 8:
        with in_city(city):
            open_slots(now=now)
            hall = Place.objects.order_by("order").first()
            assert hall is not None
            slot = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now)[0]
            booking.book(request=request_for(slot.id, uuid4()), actor=RESIDENT, now=now)
            made[city.code] += 1
            assert Booking.objects.count() == made[city.code]
            assert BookingPerson.objects.count() == made[city.code]
    assert set(made.values()) == {8}
    with in_city(home), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%wanted%%'")
        assert cursor.fetchone() == (1,)


def move(booking_id: UUID, slot_id: UUID) -> Callable[[], object]:
    return lambda: moving.move(
        booking_id=booking_id, slot_id=slot_id, key=uuid4(), actor=RESIDENT, now=clock.now()
    )


def cancel(booking_id: UUID) -> Callable[[], object]:
    return lambda: moving.cancel(booking_id=booking_id, actor=RESIDENT, now=clock.now())
