"""No schedule, however odd, opens a time that overlaps, lies behind us or lies outside what a city said."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from plugins.card_reservation.rules.replay import Ask, Audience, Offer, replay
from plugins.card_reservation.rules.schedule import (
    Band,
    Kind,
    Schedule,
    Serving,
    Stop,
    Use,
    open_days,
    plan,
    source_of,
    week_of_month,
)
from plugins.card_reservation.rules.slots import UNITS
from plugins.card_reservation.rules.window import day_of_request, first_allowed_day, latest_day

JAPAN = ZoneInfo("Asia/Tokyo")
FIRST = date(2026, 11, 20)
LAST = FIRST + timedelta(days=45)

times = some.integers(0, 24 * 12 - 1).map(lambda five: time(five // 12, five % 12 * 5))
days = some.dates(FIRST, LAST)
weekdays = some.integers(0, 6)
bands = some.lists(
    some.builds(
        Band,
        opens=times,
        closes=times,
        unit_minutes=some.none() | some.sampled_from(UNITS),
        capacity=some.none() | some.integers(0, 6),
    ),
    max_size=3,
).map(tuple)
uses = some.lists(
    some.one_of(
        some.builds(Use, bands=bands, weekday=weekdays, is_for_service=some.booleans()),
        some.builds(Use, bands=bands, weekday=weekdays, week=some.integers(1, 5)),
        some.builds(Use, bands=bands, day=days),
    ),
    max_size=4,
).map(tuple)
stops = some.lists(
    some.tuples(days, times, some.integers(1, 600)).map(
        lambda found: Stop(
            datetime.combine(found[0], found[1], tzinfo=JAPAN),
            datetime.combine(found[0], found[1], tzinfo=JAPAN) + timedelta(minutes=found[2]),
        )
    ),
    max_size=2,
).map(tuple)
counters = some.none() | some.lists(
    some.builds(Serving, weekday=weekdays, opens=times, closes=times, seats=some.integers(0, 3)), max_size=3
).map(tuple)
schedules = some.builds(
    Schedule,
    unit_minutes=some.sampled_from(UNITS),
    capacity=some.integers(0, 6),
    week=some.dictionaries(weekdays, bands, max_size=7),
    special=some.dictionaries(days, bands, max_size=4),
    uses=uses,
    counters=counters,
    stops=stops,
)


@settings(max_examples=150)
@given(schedules)
def test_times_follow_one_another_inside_what_was_said(schedule: Schedule) -> None:
    planned = list(plan(schedule=schedule, first=FIRST, last=LAST, zone=JAPAN))
    for earlier, later in pairwise(planned):
        assert earlier.ends_at <= later.starts_at
    for slot in planned:
        assert FIRST <= slot.day <= LAST
        assert slot.day == slot.starts_at.date()
        assert slot.starts_at < slot.ends_at
        assert slot.capacity > 0
        said = source_of(schedule, slot.day).bands
        assert any(
            band.opens <= slot.starts_at.time()
            and slot.ends_at <= datetime.combine(slot.day, band.closes, tzinfo=JAPAN)
            and slot.ends_at - slot.starts_at == timedelta(minutes=band.unit_minutes or schedule.unit_minutes)
            for band in said
        )
        assert not any(
            stop.starts_at < slot.ends_at and slot.starts_at < stop.ends_at for stop in schedule.stops
        )


@settings(max_examples=100)
@given(schedules, days)
def test_a_closed_day_stays_closed_whatever_else_was_said(schedule: Schedule, day: date) -> None:
    closed = Schedule(
        unit_minutes=schedule.unit_minutes,
        capacity=schedule.capacity,
        week=schedule.week,
        special={**schedule.special, day: ()},
        uses=schedule.uses,
        counters=schedule.counters,
        stops=schedule.stops,
    )
    assert not list(plan(schedule=closed, first=day, last=day, zone=JAPAN))
    assert day not in open_days(schedule=closed, first=day, last=day)
    assert source_of(closed, day).kind is Kind.CLOSURE


@settings(max_examples=100)
@given(schedules, days)
def test_the_source_of_a_day_is_the_most_particular_one(schedule: Schedule, day: date) -> None:
    source = source_of(schedule, day)
    assert all(source.kind <= covered for covered in source.covers)
    speaking = [use.kind for use in schedule.uses if use.holds_on(day)]
    best = min([*speaking, Kind.WEEK])
    if day in schedule.special:
        best = Kind.EXTRA if schedule.special[day] else Kind.CLOSURE
    assert source.kind is best


@given(days)
def test_every_fifth_of_a_weekday_comes_after_four_others(day: date) -> None:
    alike = [day.replace(day=1) + timedelta(days=offset) for offset in range(day.day)]
    assert week_of_month(day) == sum(1 for one in alike if one.weekday() == day.weekday())


@settings(max_examples=60)
@given(
    schedules,
    some.integers(0, 5),
    some.booleans(),
    some.integers(0, 30),
    some.lists(some.tuples(some.integers(0, 20), some.integers(0, 40), some.integers(1, 5)), max_size=25),
)
def test_nobody_is_given_a_time_behind_us_outside_the_window_or_on_a_taken_seat(
    schedule: Schedule, lead: int, counts_open_days: bool, latest: int, wanted: list[tuple[int, int, int]]
) -> None:
    offers = [
        Offer(slot.day, slot.starts_at, slot.capacity)
        for slot in plan(schedule=schedule, first=FIRST, last=LAST, zone=JAPAN)
    ]
    asked_for: list[tuple[date, date]] = []

    def window(today: date, _audience: Audience) -> tuple[date, date] | None:
        earliest = first_allowed_day(
            today=today,
            open_days=open_days(schedule=schedule, first=today, last=LAST),
            days_before=lead,
            counts_open_days=counts_open_days,
        )
        last = latest_day(today=today, days_ahead=latest, fixed=None)
        if earliest is None:
            return None
        assert earliest >= today
        asked_for.append((earliest, last))
        return earliest, last

    asks = [
        Ask(
            day=FIRST + timedelta(days=day),
            asked_at=datetime.combine(FIRST + timedelta(days=day), time(12), tzinfo=JAPAN),
            wished_at=datetime.combine(FIRST + timedelta(days=wish), time(10), tzinfo=JAPAN),
            people=people,
            audience="resident",
        )
        for day, wish, people in wanted
    ]
    outcome = replay(offers=offers, taken={}, asks=asks, window=window)
    assert outcome.served <= len(asks)
    assert all(0 <= wait <= latest for wait in outcome.waits)
    assert all(load.booked <= load.capacity for load in outcome.days)
    reachable = [load for load in outcome.days if load.booked]
    assert all(any(first <= load.day <= last for first, last in asked_for) for load in reachable)


@given(some.builds(datetime.combine, some.dates(FIRST, LAST), times, tzinfo=some.just(JAPAN)), times)
def test_the_latest_day_moves_at_the_hour_at_which_days_open(moment: datetime, opens_at: time) -> None:
    day = day_of_request(now=moment, opens_at=opens_at)
    assert day in (moment.date(), moment.date() - timedelta(days=1))
    assert (day == moment.date()) == (moment.time() >= opens_at)
