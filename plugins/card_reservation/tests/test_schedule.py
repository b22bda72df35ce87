"""The rules of the schedule, for every case a city writes down."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from plugins.card_reservation.rules.schedule import (
    Band,
    Kind,
    Schedule,
    Serving,
    Stop,
    Use,
    open_days,
    plan,
    plan_of_day,
    source_of,
)
from plugins.card_reservation.rules.slots import UNITS, PlannedSlot
from plugins.card_reservation.rules.window import day_of_request, first_allowed_day, latest_day

JAPAN = ZoneInfo("Asia/Tokyo")
MONDAY = date(2026, 12, 7)
SUNDAY = date(2026, 12, 13)
OFFICE = (Band(time(9), time(12)), Band(time(13), time(17)))
WEEK = dict.fromkeys(range(5), OFFICE)


def schedule(**more: object) -> Schedule:
    """An ordinary city hall."""
    return Schedule(**({"unit_minutes": 30, "capacity": 5, "week": WEEK} | more))  # type: ignore[arg-type]


def slots(day: date, **more: object) -> list[PlannedSlot]:
    """List the slots of a day."""
    return list(plan_of_day(schedule=schedule(**more), day=day, zone=JAPAN))


@pytest.mark.parametrize(("unit", "count"), [(60, 7), (30, 14), (20, 21), (15, 28), (10, 42)])
def test_each_unit_cuts_nine_to_five_with_a_lunch_gap(unit: int, count: int) -> None:
    assert len(slots(MONDAY, unit_minutes=unit)) == count
    # As does a band with a unit of its own.
    bands = tuple(Band(band.opens, band.closes, unit_minutes=unit) for band in OFFICE)
    assert len(slots(MONDAY, week={0: bands}, unit_minutes=60)) == count
    with pytest.raises(ValueError, match="25 minutes"):
        slots(MONDAY, unit_minutes=25)


def test_what_is_more_particular_wins_and_says_what_it_covers() -> None:
    weekday = Use(OFFICE, weekday=6, name="毎週")
    second = Use(OFFICE[:1], weekday=6, week=2, name="第2")
    that_day = Use((), day=SUNDAY, name="その日")
    for uses, kind in (
        ((), Kind.WEEK),
        ((weekday,), Kind.WEEKDAY),
        ((weekday, second), Kind.NTH_WEEKDAY),
        ((weekday, second, that_day), Kind.DATE),
    ):
        assert source_of(schedule(uses=uses), SUNDAY).kind == kind
    everything = schedule(uses=(that_day, second, weekday), special={SUNDAY: OFFICE})
    assert source_of(everything, SUNDAY).kind == Kind.EXTRA
    closed = source_of(schedule(uses=(that_day,), special={SUNDAY: ()}), SUNDAY)
    assert (closed.kind, closed.bands, closed.is_surprising) == (Kind.CLOSURE, (), True)
    assert Kind.DATE in closed.covers
    # An n-th weekday stands above its weekday on purpose: nobody needs a warning.
    assert not source_of(schedule(uses=(weekday, second)), SUNDAY).is_surprising


def test_a_pattern_for_the_service_alone_comes_before_one_for_the_place() -> None:
    common = Use(OFFICE, weekday=0, name="共通")
    own = Use(OFFICE[:1], weekday=0, name="業務", is_for_service=True)
    found = source_of(schedule(uses=(common, own)), MONDAY)
    assert found.use == own
    assert source_of(schedule(uses=(common, own)).of_the_place(), MONDAY).use == common


def test_counters_add_up_and_a_slot_that_no_counter_serves_is_not_there() -> None:
    desks = (
        Serving(weekday=0, opens=time(9), closes=time(12), seats=2),
        Serving(weekday=0, opens=time(10), closes=time(11), seats=3),
    )
    found = slots(MONDAY, counters=desks)
    assert [(slot.starts_at.hour, slot.capacity) for slot in found] == [
        (9, 2), (9, 2), (10, 5), (10, 5), (11, 2), (11, 2),
    ]  # fmt: skip
    assert slots(MONDAY + timedelta(days=1), counters=desks) == []


def test_a_stop_takes_every_slot_that_it_touches() -> None:
    stop = Stop(datetime(2026, 12, 7, 9, 45, tzinfo=JAPAN), datetime(2026, 12, 7, 14, 0, tzinfo=JAPAN))
    assert [slot.starts_at.strftime("%H:%M") for slot in slots(MONDAY, stops=(stop,))] == [
        "09:00", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30",
    ]  # fmt: skip


def test_open_days_are_those_of_the_place_whatever_one_service_does() -> None:
    desks = (Serving(weekday=1, opens=time(9), closes=time(12), seats=1),)
    found = open_days(schedule=schedule(counters=desks), first=MONDAY, last=MONDAY + timedelta(days=6))
    assert [day.weekday() for day in found] == [0, 1, 2, 3, 4]


def test_days_are_counted_by_the_calendar_where_a_city_says_so() -> None:
    friday = date(2026, 12, 4)
    days = [friday + timedelta(days=ahead) for ahead in range(30)]
    opened = [day for day in days if day.weekday() < 5]
    found = {
        counts: first_allowed_day(today=friday, open_days=opened, days_before=2, counts_open_days=counts)
        for counts in (True, False)
    }
    assert found == {True: date(2026, 12, 8), False: date(2026, 12, 6)}


@given(some.times(), some.integers(0, 400))
def test_the_last_day_moves_at_midnight_or_when_the_city_opens_a_new_day(opens_at: time, ahead: int) -> None:
    day = date(2026, 12, 7)
    before = datetime.combine(day, opens_at, tzinfo=JAPAN) - timedelta(microseconds=1)
    at = datetime.combine(day, opens_at, tzinfo=JAPAN)
    found = [
        latest_day(today=day_of_request(now=now, opens_at=opens_at), days_ahead=ahead, fixed=None)
        for now in (before, at)
    ]
    assert found == [day + timedelta(days=ahead - 1), day + timedelta(days=ahead)]


def test_midnight_is_japans() -> None:
    evening = datetime(2026, 12, 6, 14, 59, 59, tzinfo=UTC).astimezone(JAPAN)
    night = datetime(2026, 12, 6, 15, 0, 0, tzinfo=UTC).astimezone(JAPAN)
    assert day_of_request(now=evening, opens_at=time(0)) == date(2026, 12, 6)
    assert day_of_request(now=night, opens_at=time(0)) == date(2026, 12, 7)


bands = some.tuples(
    some.integers(0, 1380),
    some.integers(10, 600),
    some.none() | some.sampled_from(UNITS),
    some.none() | some.integers(0, 9),
).map(
    lambda drawn: Band(
        time(drawn[0] // 60, drawn[0] % 60),
        time(*divmod(min(drawn[0] + drawn[1], 1439), 60)),
        drawn[2],
        drawn[3],
    )
)
anything = some.lists(bands, max_size=5).map(tuple)


@given(
    week=some.dictionaries(some.integers(0, 6), anything),
    special=some.dictionaries(some.dates(MONDAY, MONDAY + timedelta(days=13)), anything, max_size=4),
    uses=some.lists(
        some.builds(Use, bands=anything, weekday=some.integers(0, 6), week=some.none() | some.integers(1, 5)),
        max_size=3,
    ).map(tuple),
    unit=some.sampled_from(UNITS),
)
def test_no_schedule_makes_two_slots_overlap_or_leaves_its_day(
    week: dict[int, tuple[Band, ...]],
    special: dict[date, tuple[Band, ...]],
    uses: tuple[Use, ...],
    unit: int,
) -> None:
    made = Schedule(unit_minutes=unit, capacity=3, week=week, special=special, uses=uses)
    last = MONDAY + timedelta(days=13)
    found = list(plan(schedule=made, first=MONDAY, last=last, zone=JAPAN))
    assert all(earlier.ends_at <= later.starts_at for earlier, later in pairwise(found))
    assert all(slot.capacity > 0 and slot.starts_at < slot.ends_at for slot in found)
    assert all(MONDAY <= slot.starts_at.date() == slot.day == slot.ends_at.date() <= last for slot in found)
