"""The rules, for every number there is."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from plugins.card_reservation.rules.availability import State, state_of_day, state_of_slot
from plugins.card_reservation.rules.calendar_file import Visit, calendar_file
from plugins.card_reservation.rules.cautions import are_all_ticked
from plugins.card_reservation.rules.numbers import SIZE, is_number, number_of
from plugins.card_reservation.rules.slots import UNITS, Period, plan_day
from plugins.card_reservation.rules.window import changeable_until, earliest_day, latest_day

JAPAN = ZoneInfo("Asia/Tokyo")
FRIDAY = date(2026, 11, 20)
WEEKDAYS = [day for day in (FRIDAY + timedelta(days=n) for n in range(60)) if day.weekday() < 5]


def test_friday_and_two_open_days_is_tuesday() -> None:
    assert earliest_day(today=FRIDAY, open_days=WEEKDAYS, days_before=2) == date(2026, 11, 24)


def test_a_holiday_is_not_an_open_day() -> None:
    without_monday = [day for day in WEEKDAYS if day != date(2026, 11, 23)]
    assert earliest_day(today=FRIDAY, open_days=without_monday, days_before=2) == date(2026, 11, 25)


def test_a_calendar_without_open_days_has_no_earliest_day() -> None:
    assert earliest_day(today=FRIDAY, open_days=[], days_before=1) is None


@given(some.sets(some.dates(FRIDAY, FRIDAY + timedelta(days=90))), some.integers(1, 10))
def test_so_many_open_days_lie_between_today_and_the_earliest_day(
    open_days: set[date], days_before: int
) -> None:
    found = earliest_day(today=FRIDAY, open_days=list(open_days), days_before=days_before)
    later = sorted(day for day in open_days if day > FRIDAY)
    if found is None:
        assert len(later) < days_before
    else:
        assert found in open_days
        assert len([day for day in later if day <= found]) == days_before


@given(some.integers(0, 400))
def test_the_latest_day_moves_with_today_unless_it_is_fixed(days: int) -> None:
    assert latest_day(today=FRIDAY, days_ahead=days, fixed=None) == FRIDAY + timedelta(days=days)
    assert latest_day(today=FRIDAY, days_ahead=days, fixed=date(2027, 3, 31)) == date(2027, 3, 31)


def test_the_cutoff_stands_before_the_visit() -> None:
    visit = datetime(2026, 12, 9, 1, 0, tzinfo=UTC)
    assert changeable_until(starts_at=visit, cutoff_minutes=0) == visit
    assert changeable_until(starts_at=visit, cutoff_minutes=1440) == datetime(2026, 12, 8, 1, 0, tzinfo=UTC)


@given(some.integers(0, 30), some.integers(0, 30), some.integers(1, 5), some.integers(0, 10))
def test_a_slot_is_full_exactly_when_the_party_does_not_fit(
    capacity: int, booked: int, party: int, few: int
) -> None:
    state = state_of_slot(capacity=capacity, booked=booked, party_size=party, few_threshold=few)
    assert (state is State.FULL) == (booked + party > capacity)
    if state is State.FEW:
        assert capacity - booked <= few


@given(some.lists(some.sampled_from([State.FREE, State.FEW, State.FULL])))
def test_a_day_is_as_good_as_its_best_slot(states: list[State]) -> None:
    day = state_of_day(tuple(states))
    assert day in states or (not states and day is State.CLOSED)
    assert (State.FREE in states) == (day is State.FREE)


@pytest.mark.parametrize(("unit", "count"), [(60, 7), (30, 14), (20, 21), (15, 28), (10, 42)])
def test_every_unit_cuts_the_day_around_lunch(unit: int, count: int) -> None:
    hours = [Period(time(9), time(12)), Period(time(13), time(17))]
    planned = list(plan_day(day=FRIDAY, periods=hours, unit_minutes=unit, zone=JAPAN))
    assert len(planned) == count
    assert not [slot for slot in planned if time(12) <= slot.starts_at.time() < time(13)]


def test_a_unit_that_no_counter_uses_is_refused() -> None:
    with pytest.raises(ValueError):
        list(plan_day(day=FRIDAY, periods=[Period(time(9), time(17))], unit_minutes=25, zone=JAPAN))


@given(some.times(), some.times(), some.sampled_from(UNITS))
def test_slots_never_leave_the_opening_hours_nor_overlap(opens: time, closes: time, unit: int) -> None:
    planned = list(plan_day(day=FRIDAY, periods=[Period(opens, closes)], unit_minutes=unit, zone=JAPAN))
    for slot in planned:
        assert slot.ends_at - slot.starts_at == timedelta(minutes=unit)
        assert opens <= slot.starts_at.time()
        assert slot.ends_at <= datetime.combine(FRIDAY, closes, tzinfo=JAPAN)
    for slot, following in pairwise(planned):
        assert slot.ends_at == following.starts_at


@given(some.integers(0, SIZE - 1), some.integers(0, SIZE - 1), some.binary(min_size=32, max_size=32))
def test_two_positions_never_share_a_number(one: int, other: int, key: bytes) -> None:
    assert (number_of(one, key=key) == number_of(other, key=key)) == (one == other)
    assert is_number(number_of(one, key=key))


@given(some.integers(0, SIZE - 1), some.integers(0, 7), some.integers(1, 9))
def test_one_wrong_digit_is_noticed(position: int, place: int, change: int) -> None:
    digits = list(number_of(position, key=b"k" * 32).replace("-", ""))
    digits[place] = str((int(digits[place]) + change) % 10)
    assert not is_number("".join(digits))


@given(some.sets(some.sampled_from("abcdef")))
def test_cautions_are_taken_in_when_all_of_them_are_ticked(ticked: set[str]) -> None:
    assert are_all_ticked(required="abc", ticked=ticked) == ({"a", "b", "c"} <= ticked)


def visit(**told: Any) -> Visit:
    """Describe a visit that was booked on 20 November for 9 December."""
    booked_at = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    usual = {
        "uid": "1@city",
        "starts_at": datetime(2026, 12, 9, 1, 0, tzinfo=UTC),
        "ends_at": datetime(2026, 12, 9, 1, 30, tzinfo=UTC),
        "made_at": booked_at,
        "changed_at": booked_at,
        "written_at": booked_at,
        "organizer": "みどり市",
        "organizer_address": "no-reply@midori.example",
        "title": "受け取り",
        "place": "本庁",
        "description": "",
    }
    return Visit(**{**usual, **told})


def test_a_change_raises_the_sequence_of_an_entry_and_a_cancellation_strikes_it_out() -> None:
    booked = visit()
    moved = visit(changed_at=booked.made_at + timedelta(milliseconds=1))
    gone = visit(changed_at=booked.made_at + timedelta(days=300), is_cancelled=True)
    assert booked.sequence < moved.sequence < gone.sequence < 2**31
    for entry, method, status in (
        (booked, "PUBLISH", "CONFIRMED"),
        (moved, "PUBLISH", "CONFIRMED"),
        (gone, "CANCEL", "CANCELLED"),
    ):
        lines = calendar_file(entry).split("\r\n")
        assert {f"METHOD:{method}", f"STATUS:{status}", f"SEQUENCE:{entry.sequence}"} <= set(lines)
        assert 'ORGANIZER;CN="みどり市":mailto:no-reply@midori.example' in lines


def test_a_city_cannot_break_out_of_the_line_of_its_name() -> None:
    written = calendar_file(visit(organizer='み"ど\r\nATTENDEE:x'))
    assert 'ORGANIZER;CN="みどATTENDEE:x":mailto:' in written


@given(some.text(max_size=200))
def test_a_calendar_file_keeps_every_line_short_and_every_character_whole(place: str) -> None:
    written = calendar_file(visit(place="".join(letter for letter in place if letter.isprintable())))
    assert "DTSTART:20261209T010000Z\r\n" in written
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
