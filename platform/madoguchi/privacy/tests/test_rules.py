"""What a change of a time of keeping needs, and from which day something is due."""

from datetime import date

import pytest

from madoguchi.privacy import rules


@pytest.mark.parametrize(
    ("before", "after", "floors", "minimum", "held", "need"),
    [
        (12, 24, (0, 0), 0, 0, "nothing"),
        (12, 12, (0, 24), 0, 0, "nothing"),
        (24, 12, (0, 0), 0, 0, "confirmation"),
        (24, 12, (12, 12), 0, 0, "confirmation"),
        (24, 11, (12, 12), 0, 0, "approval"),
        (24, 11, (0, 12), 0, 0, "approval"),
        (24, 11, (0, 0), 12, 0, "approval"),
        (24, 12, (0, 0), 0, 3, "approval"),
        (24, 24, (12, 6), 0, 0, "approval"),
    ],
)
def test_shorter_needs_more_than_longer(
    before: int, after: int, floors: tuple[int, int], minimum: int, held: int, need: str
) -> None:
    found = rules.need_of(
        before=before, after=after, floor_before=floors[0], floor_after=floors[1], minimum=minimum, held=held
    )
    assert found == need


@pytest.mark.parametrize(
    ("today", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 6, 30), 1_200, date(1926, 6, 30)),
    ],
)
def test_months_are_counted_by_the_calendar(today: date, months: int, before: date) -> None:
    assert rules.due_before(today=today, months=months) == before


def test_times_read_as_people_say_them() -> None:
    assert [rules.in_words(months) for months in (0, 5, 12, 18)] == ["すぐに消す", "5か月", "1年", "1年6か月"]
