"""Telephone numbers in English."""

import pytest

from madoguchi.web.phones import phone_in


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("0942-30-9000", "+81 942-30-9000"),
        ("(0942)30-9000", "+81 942-30-9000"),
        ("0120-95-0178", "0120-95-0178"),
        ("000-0000-0001", "000-0000-0001"),
        ("", ""),
    ],
)
def test_english_readers_get_a_number_that_works_from_any_telephone(number: str, written: str) -> None:
    assert phone_in(number, language="en") == written


def test_everybody_else_reads_the_number_as_it_is_known() -> None:
    assert phone_in("0942-30-9000", language="ja-easy") == "0942-30-9000"
