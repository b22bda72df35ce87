"""Telephone numbers, however they were typed."""

import pytest

from plugins.card_reservation.rules.dialling import dialled


@pytest.mark.parametrize(
    "typed",
    [
        "090-1234-5678",
        "０９０－１２３４－５６７８",
        "０９０ー１２３４ー５６７８",
        "090–1234–5678",
        "090−1234ｰ5678",
    ],
)
def test_hyphens_of_every_keyboard_are_one(typed: str) -> None:
    assert dialled(typed) == "090-1234-5678"


@pytest.mark.parametrize("typed", ["0942(30)9000", "+81 90 1234 5678", "0942309000"])
def test_other_ways_of_writing_stay(typed: str) -> None:
    assert dialled(typed) == typed


@pytest.mark.parametrize("typed", ["", "110", "-1", "---------", "((((((((((", "電話", "0" * 21, "😀" * 10])
def test_what_nobody_can_dial_is_none(typed: str) -> None:
    assert dialled(typed) is None
