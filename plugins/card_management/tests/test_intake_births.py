"""Birth dates as registers carry them."""

from datetime import date

import pytest

from plugins.card_management.formats.births import NotABirth, born_words, read_birth

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("written", "born_on", "precision", "month_day"),
    [
        ("昭和63年2月29日", "1988-02-29", "day", "0229"),
        ("19880229", "1988-02-29", "day", "0229"),
        ("昭和62年2月29日", "", "odd", "0229"),
        ("1987-02-29", "", "odd", "0229"),
        ("明治45年7月30日", "1912-07-30", "day", "0730"),
        ("大正1年7月30日", "1912-07-30", "day", "0730"),
        ("大正15年12月25日", "1926-12-25", "day", "1225"),
        ("昭和25年頃", "", "year", ""),
        ("昭和25年月日不詳", "", "year", ""),
        ("昭和25年0月0日", "", "year", ""),
        ("19500000", "", "year", ""),
        ("昭和25年4月日不詳", "", "month", ""),
        ("昭和25年4月上旬", "", "month", ""),
        ("生年月日不詳", "", "unknown", ""),
        ("00000000", "", "unknown", ""),
    ],
)
def test_unknown_and_odd_birth_dates_are_kept(
    written: str, born_on: str, precision: str, month_day: str
) -> None:
    birth = read_birth(text=written, today=date(2026, 11, 21) if born_on != "1912-07-30" else TODAY)
    assert (birth.born_on, birth.precision, birth.month_day) == (born_on, precision, month_day)
    assert birth.key


@pytest.mark.parametrize(
    "written",
    [
        "平成3年2月30日",
        "1990-04-31",
        "1988-13-01",
        "昭和65年1月1日",
        "",
        "きのう",
        "2031-01-01",
        "昭和25年13月",
    ],
)
def test_a_day_that_no_year_has_is_a_slip(written: str) -> None:
    with pytest.raises(NotABirth):
        read_birth(text=written, today=TODAY)


def test_a_card_tells_its_birth_date_as_it_stands() -> None:
    fields = {"born_on": "", "born_text": "昭和62年2月29日", "born_precision": "odd"}
    assert born_words(fields) == "昭和62年2月29日"
    assert born_words({"born_on": "1988-02-29"}, is_short=True) == "S63.02.29"
    overlap = {"born_on": "1912-07-30", "born_text": "明治45年7月30日", "born_precision": "day"}
    assert born_words(overlap) == "明治45年7月30日"
