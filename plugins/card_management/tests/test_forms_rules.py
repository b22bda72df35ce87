"""Layouts, fitting, filling and numbers: without a database."""

from dataclasses import replace
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.card_management.declarations.forms import SORTS
from plugins.card_management.rules.forms_filling import CONFLICT, MISSING, UNKNOWN_WORD, fill_form
from plugins.card_management.rules.forms_fitting import fit
from plugins.card_management.rules.forms_layout import (
    BadLayout,
    Grid,
    Layout,
    Option,
    Place,
    check,
    differences,
    from_values,
    to_values,
)
from plugins.card_management.rules.forms_numbers import TooManyLetters, bars, letter_number, line_of
from plugins.card_management.rules.forms_placing import ELSEWHERE, Placing

NAME = Place(name="name", label="氏名", source="holder.name", x=10, y=10, w=40, h=10)
SEX = Place(
    name="sex",
    label="性別",
    source="holder.sex",
    kind="choice",
    x=10,
    y=30,
    w=40,
    h=10,
    options=(
        Option(value="male", label="男", x=10, y=30, w=10),
        Option(value="female", label="女", x=30, y=30, w=10),
    ),
)
LAYOUT = Layout(places=(NAME, SEX))


def measure(text: str) -> float:
    return sum(1.0 if east_asian_width(sign) in "WF" else 0.5 for sign in text)


def filled(facts: dict[str, dict[str, str]], given: dict[str, str] | None = None, **chosen: str):  # type: ignore[no-untyped-def]
    return fill_form(layout=LAYOUT, facts=facts, given=given or {}, chosen=chosen)


@pytest.mark.parametrize("key", SORTS)
def test_every_layout_of_the_house_can_be_kept_and_read_back(key: str) -> None:
    layout = SORTS[key].draw()
    check(layout)
    assert from_values(to_values(layout)) == layout


def test_a_short_text_has_its_usual_size_and_a_long_one_smaller_letters() -> None:
    box, sizes = (40.0, 10.0), (12.0, 6.0)
    short = fit(text="見本 花子", box=box, sizes=sizes, wraps=False, measure=measure)
    long = fit(text="見本" * 8, box=box, sizes=sizes, wraps=False, measure=measure)
    assert short is not None
    assert short.size == 12.0
    assert long is not None
    assert 6.0 <= long.size < 12.0
    assert fit(text="見本" * 40, box=box, sizes=sizes, wraps=False, measure=measure) is None


def test_an_address_wraps_at_the_gap_before_the_house() -> None:
    text = "見本県見本市中央町一丁目2番3号　見本マンション405号室"
    found = fit(text=text, box=(84.0, 13.0), sizes=(11.0, 6.0), wraps=True, measure=measure)
    assert found is not None
    assert found.lines == ("見本県見本市中央町一丁目2番3号", "見本マンション405号室")


@given(
    st.text(alphabet="見本市あーっ、）A-z 0　", min_size=1, max_size=120),
    st.floats(10, 120),
    st.floats(4, 40),
)
def test_no_letter_is_lost_whatever_the_box(text: str, width: float, height: float) -> None:
    found = fit(text=text, box=(width, height), sizes=(11.0, 5.0), wraps=True, measure=measure)
    if found is not None:
        kept = "".join(found.lines)
        assert [sign for sign in kept if sign not in " 　"] == [sign for sign in text if sign not in " 　"]
        assert all(measure(line) <= width * 72 / 25.4 / found.size + 1e-6 for line in found.lines)


def test_the_card_in_the_hand_comes_first_and_agreeing_sources_need_nobody() -> None:
    found = filled(
        {
            "chip": {"holder.name": "見本　花子", "holder.sex": "female"},
            "ledger": {"holder.name": "見本 花子"},
        }
    )
    assert found.texts() == {"name": "見本　花子", "sex": "female"}
    assert [each.source for each in found.fields] == ["chip", "chip"]
    assert (found.typed, found.by_hand, found.problems) == (0, 0, ())


def test_what_is_missing_stays_empty_with_a_warning() -> None:
    found = filled({"ledger": {"holder.name": "見本 花子"}})
    assert found.texts()["sex"] == ""
    assert [each.problem for each in found.fields] == ["", MISSING]
    assert found.by_hand == 1


def test_sources_that_differ_leave_the_field_empty_until_somebody_chooses() -> None:
    facts = {"chip": {"holder.name": "見本 花子"}, "ledger": {"holder.name": "例示 花子"}}
    torn = filled(facts)
    assert (torn.fields[0].text, torn.fields[0].problem) == ("", CONFLICT)
    assert filled(facts, name="ledger").fields[0].text == "例示 花子"
    typed = filled(facts, {"name": "例示　花子"}).fields[0]
    assert (typed.text, typed.source) == ("例示 花子", "ledger")
    other = filled(facts, {"name": "だれか"})
    assert (other.fields[0].source, other.typed) == ("typed", 1)


def test_a_word_that_is_no_choice_is_never_printed() -> None:
    found = filled({"ledger": {"holder.name": "見本", "holder.sex": "３"}})
    assert (found.fields[1].text, found.fields[1].problem) == ("", UNKNOWN_WORD)


def test_a_source_that_is_named_alone_is_asked_alone() -> None:
    old = Layout(places=(replace(NAME, source="chip:holder.name"),))
    facts = {"ledger": {"holder.name": "見本"}, "chip": {}}
    assert fill_form(layout=old, facts=facts, given={}, chosen={}).fields[0].problem == MISSING


def test_a_text_too_long_for_its_box_is_told_of_and_not_cut() -> None:
    placing = Placing(measure=measure, drawers={})
    items, spilled = placing.items(layout=LAYOUT, texts={"name": "あ" * 60, "sex": "female"})
    assert spilled == [("氏名", "あ" * 60)]
    assert [item["kind"] for item in items] == ["text", "ring"]
    assert items[0]["lines"] == [ELSEWHERE]
    assert (items[1]["x"], items[1]["y"]) == (30, 30)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"x": 190.0}, "outside"),
        ({"w": 0.0}, "size"),
        ({"size": 5.0}, "letters"),
        ({"size": 60.0}, "letters"),
        ({"kind": "script"}, "word"),
    ],
)
def test_a_layout_that_cannot_be_printed_is_refused(changed: dict[str, object], reason: str) -> None:
    with pytest.raises(BadLayout) as refused:
        check(Layout(places=(replace(NAME, **changed),)))  # type: ignore[arg-type]
    assert (refused.value.reason, refused.value.where) == (reason, "name")


def test_every_field_that_cannot_stand_so_is_named() -> None:
    wrong = (replace(NAME, x=190.0), replace(NAME, name="kana", w=0.0), replace(NAME, name="fits"))
    with pytest.raises(BadLayout) as refused:
        check(Layout(places=wrong))
    assert refused.value.faults == (("outside", "name"), ("size", "kana"))


def test_labels_must_stand_on_their_sheet() -> None:
    check(Layout(grid=Grid(columns=2, rows=12, left=0, top=0, across=105, down=24.75)))
    with pytest.raises(BadLayout):
        check(Layout(grid=Grid(columns=3, rows=6, left=18.6, top=21.6, across=86.4, down=42.3)))


def test_what_differs_between_two_layouts_is_named() -> None:
    after = LAYOUT.moved({"name": {"x": 12.5}})
    assert differences(LAYOUT, after) == [("氏名", "x", "10", "12.5")]


@given(st.integers(1, 10**8 - 1))
def test_the_number_of_a_letter_is_read_back_with_and_without_its_frame(line: int) -> None:
    number = letter_number(line)
    assert len(number) == 10
    assert line_of(number) == line_of(bars(number)) == line


@given(st.integers(1, 10**8 - 1), st.integers(1, 9), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(line: int, place: int, step: int) -> None:
    number = letter_number(line)
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert line_of(wrong) is None


def test_other_codes_are_no_letters() -> None:
    assert [line_of(code) for code in ("", "ABC123456", "70000011", "A48270037A", "x" * 100)] == [None] * 5
    with pytest.raises(TooManyLetters):
        letter_number(10**8)
