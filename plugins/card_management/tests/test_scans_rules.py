"""Samples, fields and sheets: rules without a database."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.card_management.rules import scans_fields as fields
from plugins.card_management.rules.scans_kinds import CODES, may_show_numbers
from plugins.card_management.rules.scans_sampling import Sample, Verdict, interval, is_sampled, judge
from plugins.card_management.rules.scans_storage import Measured, outlook


def test_a_percentage_of_documents_belongs_to_the_sample() -> None:
    keys = [uuid4() for _each in range(4_000)]
    assert 280 <= sum(is_sampled(document=key, percent=10) for key in keys) <= 520
    assert all(is_sampled(document=key, percent=100) for key in keys)
    assert not any(is_sampled(document=key, percent=0) for key in keys)


def test_one_slip_stops_nothing_but_many_do() -> None:
    assert judge(sample=Sample(checked=5, wrong=2, open=3), permille=10) is Verdict.GO_ON
    assert judge(sample=Sample(checked=100, wrong=1, open=3), permille=10) is Verdict.GO_ON
    assert judge(sample=Sample(checked=100, wrong=8, open=3), permille=10) is Verdict.STOP


def test_a_batch_is_accepted_once_its_whole_sample_is_good_enough() -> None:
    assert judge(sample=Sample(checked=500, wrong=5, open=0), permille=10) is Verdict.ACCEPT
    assert judge(sample=Sample(checked=500, wrong=6, open=0), permille=10) is Verdict.STOP
    assert judge(sample=Sample(checked=0, wrong=0, open=0), permille=10) is Verdict.ACCEPT


@given(checked=st.integers(1, 5_000), data=st.data())
def test_the_interval_holds_the_share_that_was_found(checked: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, checked))
    low, high = interval(checked=checked, wrong=wrong)
    hair = 1e-9
    assert 0.0 <= low <= wrong / checked + hair
    assert wrong / checked - hair <= high <= 1.0


@pytest.mark.parametrize("kind", sorted(CODES))
def test_a_separator_sheet_says_its_kind_and_other_squares_say_none(kind: str) -> None:
    assert fields.kind_of_sheet(fields.sheet_code(kind=kind)) == kind
    assert fields.kind_of_sheet("ABC123456") is None


def test_codes_of_a_page_give_one_number_or_none() -> None:
    assert fields.number_of(("ABC123456",)) == "ABC123456"
    assert fields.number_of(("ABC123456", "ABC123457")) == ""
    assert fields.number_of(("A123456789A",)) == "123456789"
    assert fields.number_of(("https://example.jp/",)) == ""


def test_two_typings_of_the_same_paper_are_equal_in_any_width_and_kana() -> None:
    first = {"number": "abc-123456", "kana": "みほん　はなこ", "name": "見本 花子"}
    second = {"number": "ＡＢＣ１２３４５６", "kana": "ﾐﾎﾝ ﾊﾅｺ", "name": "見本　花子", "note": "別のメモ"}
    assert fields.differing(first, second) == ()
    assert fields.differing(first, {**second, "name": "見本 華子"}) == ("name",)


def test_an_unknown_kind_may_show_a_my_number() -> None:
    assert may_show_numbers("application")
    assert may_show_numbers("what_is_this")
    assert not may_show_numbers("receipt")


def test_the_outlook_follows_the_pace_and_knows_no_end_without_one() -> None:
    base = Measured(
        planned=180_000,
        scanned=20_000,
        finished=10_000,
        stored_bytes=800_000_000,
        finished_lately=10_000,
        days=10,
    )
    found = outlook(measured=base, today=date(2026, 11, 21))
    assert (found.left, found.percent, found.bytes_per_page) == (170_000, 5, 40_000)
    assert found.bytes_in_all == 7_200_000_000
    assert (found.pages_per_day, found.ends_on) == (1_000, date(2027, 7, 17))
    still = Measured(planned=0, scanned=0, finished=0, stored_bytes=0, finished_lately=0, days=0)
    assert outlook(measured=still, today=date(2026, 11, 21)).ends_on is None
