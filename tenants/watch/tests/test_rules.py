"""Minutes, bits and shares, for all days and all patterns."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from tenants.watch.rules import (
    ALL,
    BYTES_A_DAY,
    MINUTES_A_DAY,
    NONE,
    NOTHING,
    Day,
    Share,
    clock_face,
    holds,
    minute_of,
    moment_of,
    percent,
    planned_minutes,
    runs,
    share,
    with_bit,
    worst,
)

minutes = some.integers(0, MINUTES_A_DAY - 1)
ends = some.integers(0, MINUTES_A_DAY)
bitmaps = some.binary(min_size=BYTES_A_DAY, max_size=BYTES_A_DAY)
days = some.builds(Day, down=bitmaps, unknown=bitmaps)
moments = some.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001


def test_a_day_nobody_watched_is_unknown_and_never_up() -> None:
    day = Day()
    assert {day.state(minute) for minute in range(MINUTES_A_DAY)} == {"unknown"}
    whole = share(day)
    assert (whole.down, whole.unknown, whole.watched) == (0, MINUTES_A_DAY, 0)
    assert whole.thousandths is None
    assert whole.least_thousandths == 0


@given(day=days, minute=minutes, is_down=some.booleans())
def test_a_minute_that_was_seen_changes_itself_and_no_other(day: Day, minute: int, is_down: bool) -> None:
    seen = day.seen(minute, is_down=is_down)
    assert seen.state(minute) == ("down" if is_down else "up")
    others = [other for other in range(MINUTES_A_DAY) if other != minute]
    assert [seen.state(other) for other in others] == [day.state(other) for other in others]


@given(bits=bitmaps, minute=minutes, is_set=some.booleans())
def test_a_bit_is_what_it_was_set_to(bits: bytes, minute: int, is_set: bool) -> None:
    assert holds(with_bit(bits, minute, is_set=is_set), minute) is is_set
    assert len(with_bit(bits, minute, is_set=is_set)) == BYTES_A_DAY


@given(moment=moments)
def test_every_instant_belongs_to_the_minute_that_holds_it(moment: datetime) -> None:
    day, minute = minute_of(moment)
    begins = moment_of(day, minute)
    assert begins <= moment < begins + timedelta(minutes=1)
    assert 0 <= minute < MINUTES_A_DAY


def test_the_day_begins_at_midnight_in_japan() -> None:
    assert minute_of(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == (date(2026, 4, 1), 0)
    assert minute_of(datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC)) == (date(2026, 3, 31), MINUTES_A_DAY - 1)


@given(day=days, since=ends, until=ends, planned=bitmaps)
def test_a_share_counts_what_the_minutes_say(day: Day, since: int, until: int, planned: bytes) -> None:
    counted = share(replace(day, planned=planned), since=since, until=until)
    span = list(range(since, until))
    agreed = [minute for minute in span if holds(planned, minute)]
    states = [day.state(minute) for minute in span if not holds(planned, minute)]
    assert counted == Share(
        total=len(span), down=states.count("down"), unknown=states.count("unknown"), planned=len(agreed)
    )


@given(day=days, until=ends, planned=bitmaps)
def test_an_availability_lies_between_nought_and_a_hundred(day: Day, until: int, planned: bytes) -> None:
    counted = share(replace(day, planned=planned), until=until)
    if counted.thousandths is None:
        assert counted.watched == 0
        return
    assert counted.least_thousandths is not None
    assert 0 <= counted.least_thousandths <= counted.thousandths <= 100_000
    assert (counted.thousandths == 100_000) == (counted.down == 0)


@given(day=days, until=ends)
def test_a_minute_less_known_never_raises_what_is_certain(day: Day, until: int) -> None:
    blind = Day(down=day.down, unknown=with_bit(day.unknown, 0, is_set=True))
    known, less = share(day, until=until).least_thousandths, share(blind, until=until).least_thousandths
    assert (less or 0) <= (known or 0)


@given(day=days, until=ends)
def test_runs_follow_each_other_without_a_gap(day: Day, until: int) -> None:
    found = list(runs(day, until=until))
    assert sum(run.minutes for run in found) == until
    assert [run.start for run in found] == ([0, *[run.end for run in found[:-1]]] if found else [])
    assert all(before.state != after.state for before, after in itertools.pairwise(found))
    assert all(day.state(minute) == run.state for run in found for minute in range(run.start, run.end))


def test_availability_is_rounded_down() -> None:
    # 43 of 43,200 minutes: 99.9004…
    assert Share(total=43_200, down=43, unknown=0).thousandths == 99_900
    assert Share(total=43_200, down=44, unknown=0).thousandths == 99_898
    assert Share(total=43_200, down=1, unknown=0).thousandths == 99_997
    assert Share(total=100, down=0, unknown=1).least_thousandths == 99_000
    assert Share(total=100, down=10, unknown=0, planned=50).thousandths == 80_000
    assert percent(99_997) == "99.997"
    assert percent(100_000) == "100.000"
    assert percent(0) == "0.000"


def test_shares_add_up() -> None:
    one, other = Share(total=10, down=1, unknown=2), Share(total=20, down=3, unknown=4, planned=5)
    assert one + other == Share(total=30, down=4, unknown=6, planned=5)
    assert NOTHING.thousandths is None
    assert NOTHING.least_thousandths is None


def test_the_worst_state_speaks_for_all() -> None:
    assert worst(("up", "unknown", "down")) == "down"
    assert worst(("up", "unknown")) == "unknown"
    assert worst(("up",)) == "up"
    assert worst(()) == "unknown"


def test_minutes_read_as_a_clock() -> None:
    assert [clock_face(minute) for minute in (0, 61, MINUTES_A_DAY)] == ["0:00", "1:01", "24:00"]
    assert len(NONE) == len(ALL) == BYTES_A_DAY


def test_only_whole_minutes_of_announced_work_are_planned() -> None:
    day = date(2026, 12, 20)
    starts_at = moment_of(day, 60) + timedelta(seconds=30)
    bits = planned_minutes(day, [(starts_at, moment_of(day, 90) + timedelta(seconds=30))])
    assert [minute for minute in range(MINUTES_A_DAY) if holds(bits, minute)] == list(range(61, 90))
    assert Day(planned=bits).state(61) == "planned"
    across = (moment_of(day, 1430), moment_of(day + timedelta(days=1), 10))
    assert share(Day(planned=planned_minutes(day, [across]))).planned == 10
    assert share(Day(planned=planned_minutes(day + timedelta(days=1), [across]))).planned == 10
    assert planned_minutes(day + timedelta(days=2), [across]) == NONE
    whole = [(moment_of(day, 0) - timedelta(days=1), moment_of(day, 0) + timedelta(days=3))]
    assert planned_minutes(day, whole) == ALL
