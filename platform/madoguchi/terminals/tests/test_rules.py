"""What a reader typed, and why it may differ from what was printed."""

import pytest

from madoguchi.terminals.rules import Trouble, judge_scan, outcome_of

SQUARE = "Madoguchi:12345678@_+=[*]"
BARS = "A12345678A"


@pytest.mark.parametrize(
    ("typed", "expected", "trouble"),
    [
        (SQUARE, SQUARE, Trouble.NONE),
        (BARS, BARS, Trouble.NONE),
        ("12345678", BARS, Trouble.NONE),
        ("a12345678a", BARS, Trouble.NONE),
        (SQUARE + "\r\n", SQUARE, Trouble.NONE),
        ("", SQUARE, Trouble.EMPTY),
        ("　", SQUARE, Trouble.EMPTY),
        ("Ａ１２３４５６７８Ａ", BARS, Trouble.WIDE),
        ("１２３４５６７８", BARS, Trouble.WIDE),
        ("ｍａｄｏｇｕｃｈｉ：１２３４５６７８＠＿＋＝［＊］", SQUARE, Trouble.WIDE),
        (SQUARE.swapcase(), SQUARE, Trouble.CAPITALS),
        ('Madoguchi+12345678"=~^@(]', SQUARE, Trouble.LAYOUT),
        ("Madoguchi:99999999@_+=[*]", SQUARE, Trouble.OTHER_CODE),
        (BARS, SQUARE, Trouble.OTHER_CODE),
        ("4912345678904", BARS, Trouble.OTHER_CODE),
    ],
)
def test_a_scan_is_right_or_says_why_not(typed: str, expected: str, trouble: Trouble) -> None:
    assert judge_scan(typed=typed, expected=expected, is_enter_missing=False) is trouble


def test_a_missing_enter_is_no_fault_and_is_said() -> None:
    assert judge_scan(typed=BARS, expected=BARS, is_enter_missing=True) is Trouble.NO_ENTER


@pytest.mark.parametrize(
    ("parts", "outcome"),
    [
        ({"a": "ok", "b": "ok", "c": "unused"}, "sound"),
        ({"a": "ok", "b": "bad", "c": ""}, "faulty"),
        ({"a": "ok", "b": "", "c": "ok"}, "partial"),
        ({"a": "ok", "b": "ok", "c": ""}, "partial"),
    ],
)
def test_the_parts_sum_up(parts: dict[str, str], outcome: str) -> None:
    assert outcome_of(parts=parts, needed=("a", "b")) == outcome
