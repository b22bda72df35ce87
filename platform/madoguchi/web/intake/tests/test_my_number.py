"""What looks like a My Number, however somebody writes it, and what does not."""

import time

import pytest

from madoguchi.web.intake.my_number import find_my_number, has_valid_check_digit, my_numbers


@pytest.mark.parametrize(
    "text",
    [
        "123456789018",
        "1234 5678 9018",
        "1234-5678-9018",
        "1234 - 5678 - 9018",
        "１２３４－５６７８－９０１８",
        "１２３４　５６７８　９０１８",
        "1234.5678.9018",
        "1 2 3 4 5 6 7 8 9 0 1 8",
        "①②③④⑤⑥⑦⑧⑨⓪①⑧",
        "一二三四五六七八九〇一八",
        "一二三四-五六七八-九〇一八",
        "個人番号123456789018です",
        "No123456789018x",
        "2026 1234 5678 9018",
        "a,123456789018,b",
    ],
)
def test_it_is_found(text: str) -> None:
    assert find_my_number(text=text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "123456789012",
        "1234567890180",
        "09012345678",
        "2026-11-02,830-0000,123456",
        "03-1234-5678 03-1234-5679",
        "2026-11-21 2026-11-22",
        "0193a1b2-1111-2222-3333-123456789018",
        "csrf0000000000000000000000000000123456789018aa",
        "福岡県久留米市一丁目二番三号",
        "1234,5678,9018",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_my_number(text=text) is None


def test_exactly_one_last_digit_fits_each_number() -> None:
    assert [last for last in "0123456789" if has_valid_check_digit(digits="12345678901" + last)] == ["8"]


@pytest.mark.parametrize("between", ["\n", "x", "A" * 20, " 1 "])
def test_a_long_text_of_numbers_costs_little(between: str) -> None:
    began = time.monotonic()
    list(my_numbers(text=between.join(["123456789018"] * 20_000)))
    assert time.monotonic() - began < 5
