"""The calendar: a word per day and slot, never a count."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.places.models import CalendarDay, Place
from plugins.card_reservation import queries
from plugins.card_reservation.models import PlaceRules, Slot
from plugins.card_reservation.queries.fresh import Fresh
from plugins.card_reservation.rules.availability import State
from plugins.card_reservation.services.slots import open_slots, reconcile

pytestmark = pytest.mark.django_db


def day_of(hall: Place, now: datetime, day: datetime, party: int = 1) -> State:
    local = clock.local(day).date()
    month = queries.month(
        place_id=hall.id, year=local.year, month=local.month, party_size=party, audience="resident", now=now
    )
    cells = [cell for week in month.weeks for cell in week if cell is not None]
    return next(cell.state for cell in cells if cell.date == local)


def test_a_day_turns_from_free_to_few_to_full_for_a_party(hall: Place, now: datetime) -> None:
    slot = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now)[0]
    day = Slot.objects.filter(place=hall, day=clock.local(slot.starts_at).date())
    for booked, party, state in (
        (0, 1, "free"),
        (3, 1, "few"),
        (3, 3, "full"),
        (5, 1, "full"),
        (2, 3, "free"),
    ):
        day.update(booked=booked)
        assert day_of(hall, now, slot.starts_at, party) == state
        views = queries.slots(
            place_id=hall.id,
            day=clock.local(slot.starts_at).date(),
            party_size=party,
            audience="resident",
            now=now,
        )
        assert {view.state for view in views} == {state}


def test_residents_get_no_counts_and_staff_do(hall: Place, now: datetime) -> None:
    slot = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now)[0]
    day = clock.local(slot.starts_at).date()
    for view in queries.slots(place_id=hall.id, day=day, party_size=1, audience="resident", now=now):
        assert not hasattr(view, "booked")
        assert not hasattr(view, "capacity")
    staff = queries.slots(place_id=hall.id, day=day, party_size=1, audience="staff", now=now)
    assert all(isinstance(view, queries.StaffSlotView) and view.capacity == 5 for view in staff)
    assert len(queries.day_slots(place_id=None, day=day, eyes=EVERYTHING)) > len(staff)


def days_with_room(place: Place, now: datetime) -> set[date]:
    found = set()
    for day in (clock.local(now).date(), clock.local(now + timedelta(days=28)).date()):
        month = queries.month(
            place_id=place.id,
            year=day.year,
            month=day.month,
            party_size=1,
            audience="resident",
            now=now,
        )
        found |= {cell.date for week in month.weeks for cell in week if cell is not None and cell.is_bookable}
    return found


@pytest.mark.req("KUR-31")
def test_two_places_have_two_windows_and_two_calendars_on_one_day(hall: Place, now: datetime) -> None:
    PlaceRules.objects.filter(place=hall).update(earliest_open_days_residents=5, latest_days=9)
    annex = Place.objects.get(code="annex")
    first = queries.window(place_id=hall.id, audience="resident", now=now)
    second = queries.window(place_id=annex.id, audience="resident", now=now)
    assert first.earliest is not None
    assert second.earliest is not None
    assert first.earliest > second.earliest
    assert first.latest != second.latest
    halls, annexes = days_with_room(hall, now), days_with_room(annex, now)
    assert min(halls) == first.earliest
    assert min(annexes) == second.earliest
    assert max(halls) < max(annexes)
    today = clock.local(now).date()
    assert queries.window(place_id=hall.id, audience="staff", now=now).earliest == today


def test_a_place_that_is_closed_for_months_shows_no_days_and_no_error(hall: Place, now: datetime) -> None:
    today = clock.local(now).date()
    CalendarDay.objects.filter(place=None).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=today + timedelta(days=ahead), kind="closed") for ahead in range(90)
    )
    month = queries.month(
        place_id=hall.id, year=today.year, month=today.month, party_size=1, audience="resident", now=now
    )
    assert not month.has_free_days
    assert month.next is None
    assert month.previous is None
    assert queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now) == []


def test_a_month_costs_a_handful_of_queries_however_full_it_is(hall: Place, now: datetime) -> None:
    today = clock.local(now).date()
    with CaptureQueriesContext(connection) as seen:
        queries.month(
            place_id=hall.id, year=today.year, month=today.month, party_size=1, audience="resident", now=now
        )
    assert len(seen) <= 9


def test_opening_slots_twice_opens_them_once_and_follows_the_calendar(hall: Place, now: datetime) -> None:
    assert open_slots(now=now) == 0
    days = set(Slot.objects.filter(place=hall).values_list("day", flat=True))
    assert days
    assert all(day.weekday() < 5 for day in days)
    closed = set(CalendarDay.objects.filter(kind="closed").values_list("day", flat=True))
    assert not days & closed
    assert open_slots(now=now + timedelta(days=7)) > 0


def test_reconciling_reports_a_counter_that_lies(hall: Place, now: datetime) -> None:
    assert reconcile(now=now) == ()
    slot = Slot.objects.filter(place=hall).latest("day")
    Slot.objects.filter(pk=slot.pk).update(booked=1)
    assert reconcile(now=now) == (slot.id,)


def test_a_slot_outside_the_window_looks_closed(hall: Place, now: datetime) -> None:
    last = Slot.objects.filter(place=hall).latest("starts_at")
    view = queries.slot(slot_id=last.id, party_size=1, audience="resident", now=now)
    assert view.state == State.CLOSED
    with pytest.raises(queries.SlotNotFound):
        queries.slot(slot_id=uuid4(), party_size=1, audience="resident", now=now)


def test_a_fresh_answer_is_computed_once_in_its_time() -> None:
    moment = [0.0]
    fresh, computed = Fresh(largest=10, monotonic=lambda: moment[0]), []
    for second in (0.0, 0.5, 0.99, 1.01):
        moment[0] = second
        fresh.get("key", seconds=1.0, compute=lambda: computed.append(1))
    assert len(computed) == 2
