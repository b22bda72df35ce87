"""The little language of message texts."""

import pytest

from madoguchi.notifications.texts import Problem, fill, problems


def test_a_name_in_braces_is_replaced() -> None:
    assert fill("番号 {number} です", {"number": "12"}) == "番号 12 です"


def test_a_value_with_braces_is_not_read_as_a_name() -> None:
    assert fill("{a}{b}", {"a": "{b}", "b": "x"}) == "{b}x"


def test_an_unknown_name_is_reported_with_its_line() -> None:
    found = problems("一行目\n{nam} 様", allowed=["name"])
    assert found == [Problem("unknown", 2, "nam")]


def test_a_missing_required_name_is_reported() -> None:
    assert problems("本文", allowed=["link"], required=["link"]) == [Problem("missing", 0, "link")]


@pytest.mark.parametrize("text", ["{number", "number}", "｛number｝", "{a{b}", "{}}"])
def test_braces_that_do_not_pair_are_reported(text: str) -> None:
    assert problems(text, allowed=["number", "b", ""])[-1].reason == "stray"


def test_no_attribute_or_index_can_be_reached_through_a_name() -> None:
    assert fill("{a.__class__}{a[0]}{0}", {"a": "x"}) == "{a.__class__}{a[0]}{0}"
