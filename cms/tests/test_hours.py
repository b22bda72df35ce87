"""Opening hours in words."""

from datetime import time

import pytest

from cms import hours
from madoguchi.places.opening import Period

MORNING = Period(time(9), time(12))
DAY = Period(time(8, 30), time(17))
EVENING = Period(time(17, 30), time(19))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ja", ["月曜日から金曜日 8:30〜17:00"]),
        ("en", ["Mon to Fri 8:30–17:00"]),
        ("ja-easy", ["月曜日《げつようび》から 金曜日《きんようび》 8:30から 17:00まで"]),
    ],
)
def test_a_plain_week_is_one_line(language: str, expected: list[str]) -> None:
    assert hours.lines(dict.fromkeys(range(5), (DAY,)), language=language) == expected


def test_days_that_differ_stand_apart() -> None:
    week = {0: (DAY,), 1: (DAY,), 2: (DAY, EVENING), 3: (DAY,), 4: (DAY,)}
    assert hours.lines(week, language="ja") == [
        "月・火・木・金曜日 8:30〜17:00",
        "水曜日 8:30〜17:00、17:30〜19:00",
    ]


def test_two_days_are_listed_and_not_written_as_a_stretch() -> None:
    assert hours.lines({1: (MORNING,), 3: (MORNING,)}, language="en") == ["Tue, Thu 9:00–12:00"]


def test_a_place_without_hours_has_no_line() -> None:
    assert hours.lines({}, language="ja") == []
