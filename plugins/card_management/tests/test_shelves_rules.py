"""Codes, layouts, assignment, stocktakes, days of travel and deadlines: as pure rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.card_management.rules.shelves_assigning import Conditions, Facts, fits, row_of
from plugins.card_management.rules.shelves_codes import Code, code_of, framed, read
from plugins.card_management.rules.shelves_counting import Counted, Difference, findings
from plugins.card_management.rules.shelves_forwarding import Urgency, due_on, send_by, urgency
from plugins.card_management.rules.shelves_layout import (
    Layout,
    NoSuchLayout,
    TooManySpots,
    cabinets_of,
    spots_of,
)
from plugins.card_management.rules.shelves_radar import Step, deadline, due_step, months_later

MONDAY = date(2026, 11, 23)
OPEN = [MONDAY + timedelta(days=step) for step in range(60) if (MONDAY + timedelta(days=step)).weekday() < 5]
OFFSETS = {Step.LETTER: -30, Step.NUDGE: -14, Step.CALL: 0, Step.CANDIDATE: 90}


@given(st.integers(0, 999_999), st.sampled_from([Code.SPOT, Code.PARCEL]))
def test_a_code_is_read_back_with_and_without_its_frame(number: int, kind: Code) -> None:
    code = code_of(kind=kind, number=number)
    for typed in (code, framed(code), f" {code} ", code.translate({48 + n: 0xFF10 + n for n in range(10)})):
        found = read(typed)
        assert (found.kind, found.number) == (kind, number)


@given(st.integers(0, 999_999), st.integers(1, 7), st.integers(1, 9))
def test_no_single_wrong_digit_names_another_spot(number: int, at: int, by: int) -> None:
    code = code_of(kind=Code.SPOT, number=number)
    wrong = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    assert read(wrong).kind is Code.UNREADABLE


@pytest.mark.parametrize(
    "typed", ["ABC123456", "ａｂｃ－１２３４５６", "AABC123456A", "\x02ABC123456\x00\x03"]
)
def test_a_notice_number_is_no_code_of_ours(typed: str) -> None:
    found = read(typed)
    assert (found.kind, found.text) == (Code.CARD, "ABC123456")


def test_a_layout_is_read_and_walked_cabinet_by_cabinet() -> None:
    layout = Layout(cabinets=cabinets_of("A-01〜A-20、金庫"), shelves=5, boxes=10)
    names = [spot.name for spot in spots_of(layout)]
    assert len(names) == len(set(names)) == 21 * 50
    assert (names[0], names[49], names[50], names[-1]) == ("A-01-1-01", "A-01-5-10", "A-02-1-01", "金庫-5-10")
    assert [spot.name for spot in spots_of(Layout(cabinets=("B",)))] == ["B"]


@pytest.mark.parametrize("typed", ["", " , ", "A-20〜A-01", "A-01〜B-05", "あ" * 21])
def test_what_describes_no_shelves_is_refused(typed: str) -> None:
    with pytest.raises(NoSuchLayout):
        cabinets_of(typed)


def test_a_nought_too_many_is_refused() -> None:
    with pytest.raises(TooManySpots):
        list(spots_of(Layout(cabinets=cabinets_of("1〜99"), shelves=99, boxes=99)))
    with pytest.raises(TooManySpots):
        cabinets_of("1〜99999999")


@pytest.mark.parametrize(
    ("kana", "row"),
    [("ガトウ", "カ"), ("ぱぱ", "ハ"), ("ﾔﾏﾀﾞ", "ヤ"), ("ヴィ", "ア"), ("Smith", ""), ("", "")],
)
def test_the_row_of_a_reading_is_known_in_any_kana(kana: str, row: str) -> None:
    assert row_of(kana) == row


def test_a_rule_fits_where_every_condition_does() -> None:
    facts = Facts(batch="2026-11A", kind="new", kana="ミホン", address="福岡県久留米市城南町1")
    assert fits(conditions=Conditions(), facts=facts)
    assert fits(
        conditions=Conditions(batch="2026-11", areas=("城南町", "本町"), kana_rows="マヤ"), facts=facts
    )
    assert not fits(conditions=Conditions(kind="renewal"), facts=facts)
    assert not fits(conditions=Conditions(kana_rows="ア"), facts=facts)


def test_a_stocktake_tells_missing_misplaced_extra_and_strange_apart() -> None:
    counts = [
        Counted("A", ["a1", "a2", "a3"], ["a1", "b1"], ["…9999"]),
        Counted("B", ["b1"], ["a2", "x", "new"]),
    ]
    homes = {"a1": "A", "b1": "B", "a2": "A", "x": None, "new": "B"}
    found = {(each.kind, each.spot, each.card, each.belongs) for each in findings(counts=counts, homes=homes)}
    assert found == {
        (Difference.MISSING, "A", "a3", None),
        (Difference.MISPLACED, "A", "b1", "B"),
        (Difference.STRANGE, "A", None, None),
        (Difference.MISPLACED, "B", "a2", "A"),
        (Difference.EXTRA, "B", "x", None),
    }


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=30, unique_by=lambda pair: pair))
def test_no_card_is_both_missing_and_found(pairs: list[tuple[int, int]]) -> None:
    homes: dict[str, str | None] = {f"c{card}": f"s{card % 3}" for card in range(5)}
    spots = sorted({spot for _card, spot in pairs})
    counts = [
        Counted(
            f"s{spot}",
            [card for card, home in homes.items() if home == f"s{spot}"],
            [f"c{card}" for card, at in pairs if at == spot],
        )
        for spot in spots
    ]
    found = findings(counts=counts, homes=homes)
    scanned = {f"c{card}" for card, _spot in pairs}
    assert not scanned & {each.card for each in found if each.kind is Difference.MISSING}


def test_a_card_leaves_so_many_open_days_before_it_is_wanted() -> None:
    wanted = MONDAY + timedelta(days=7)
    assert send_by(wanted_on=wanted, lead_days=2, open_days=OPEN) == MONDAY + timedelta(days=3)
    assert send_by(wanted_on=wanted, lead_days=0, open_days=OPEN) == wanted
    assert send_by(wanted_on=MONDAY, lead_days=2, open_days=OPEN) is None
    assert urgency(leaves_by=MONDAY, today=MONDAY) is Urgency.TODAY
    assert urgency(leaves_by=None, today=MONDAY) is Urgency.LATE
    assert urgency(leaves_by=MONDAY + timedelta(days=1), today=MONDAY) is Urgency.AHEAD
    friday = MONDAY + timedelta(days=4)
    assert due_on(sent_on=friday, lead_days=2, open_days=OPEN) == MONDAY + timedelta(days=8)


def test_a_deadline_counts_whole_months_from_the_last_notice() -> None:
    assert months_later(day=date(2026, 11, 30), months=3) == date(2027, 2, 28)
    sent, again = date(2026, 8, 31), date(2026, 10, 1)
    given_days = {"notice_on": sent, "resent_on": again, "months": 6}
    assert deadline(**given_days, counts_resent=True) == date(2027, 4, 1)  # type: ignore[arg-type]
    assert deadline(**given_days, counts_resent=False) == date(2027, 2, 28)  # type: ignore[arg-type]


def test_the_step_that_is_due_is_the_latest_whose_day_came_and_never_one_that_was_done() -> None:
    def due(today: date, *done: Step) -> Step | None:
        return due_step(deadline_on=MONDAY, done=done, today=today, offsets=OFFSETS)

    assert due(MONDAY - timedelta(days=31)) is None
    assert due(MONDAY - timedelta(days=30)) is Step.LETTER
    assert due(MONDAY - timedelta(days=10), Step.LETTER) is Step.NUDGE
    assert due(MONDAY, Step.CALL) is None
    assert due(MONDAY + timedelta(days=90), Step.LETTER) is Step.CANDIDATE
