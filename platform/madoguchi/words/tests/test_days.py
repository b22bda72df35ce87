"""Dates as learners of Japanese read them."""

import pytest

from madoguchi.words.days import with_readings


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026年12月9日（水曜日）", "2026年《ねん》12月《がつ》｜9日《ここのか》（水曜日《すいようび》）"),
        ("1月1日", "1月《がつ》｜1日《ついたち》"),
        ("11日と24日", "11日《にち》と｜24日《にじゅうよっか》"),
        ("1人と3人", "｜1人《ひとり》と3人《にん》"),
        ("9:00", "9:00"),
    ],
)
def test_numbers_are_read_as_people_say_them(written: str, read: str) -> None:
    assert with_readings(written) == read
