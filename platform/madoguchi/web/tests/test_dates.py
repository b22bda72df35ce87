"""Days as people write them, across the borders of eras."""

from datetime import UTC, date, datetime, timedelta

import pytest

from madoguchi.web import dates


@pytest.mark.parametrize(
    ("day", "short", "long"),
    [
        (date(2026, 12, 9), "R8.12.09", "令和8年12月9日"),
        (date(2019, 5, 1), "R1.05.01", "令和元年5月1日"),
        (date(2019, 4, 30), "H31.04.30", "平成31年4月30日"),
        (date(1989, 1, 8), "H1.01.08", "平成元年1月8日"),
        (date(1989, 1, 7), "S64.01.07", "昭和64年1月7日"),
        (date(1926, 12, 25), "S1.12.25", "昭和元年12月25日"),
        (date(1926, 12, 24), "T15.12.24", "大正15年12月24日"),
        (date(1912, 7, 30), "T1.07.30", "大正元年7月30日"),
        (date(1912, 7, 29), "M45.07.29", "明治45年7月29日"),
    ],
)
def test_an_era_begins_on_its_first_day(day: date, short: str, long: str) -> None:
    assert dates.short_era_date(day) == short
    assert dates.long_era_date(day) == long


def test_a_day_before_all_eras_is_refused() -> None:
    with pytest.raises(dates.NotADate):
        dates.era_of(date(1867, 1, 1))


def test_residents_read_both_calendars_and_the_weekday() -> None:
    day = date(2026, 12, 9)
    assert dates.full_date(day) == "2026年（令和8年）12月9日（水）"
    assert dates.full_date(day, language="en") == "Wednesday 9 December 2026"
    assert dates.full_date(day, language="ja-easy") == "2026年12月9日（水曜日）"


def test_months_and_years_are_named_in_the_language_of_the_page() -> None:
    day = date(2026, 12, 9)
    assert (dates.month_name(day), dates.year_name(day)) == ("12月", "2026年（令和8年）")
    assert (dates.month_name(day, language="en"), dates.year_name(day, language="en")) == ("December", "2026")


def test_times_are_japanese_wherever_the_server_stands() -> None:
    moment = datetime(2026, 12, 8, 15, 30, tzinfo=UTC)
    assert dates.japanese_time(moment) == "0:30"
    assert dates.as_day(moment) == date(2026, 12, 9)
    later = datetime(2026, 12, 8, 16, 0, tzinfo=UTC)
    assert dates.time_span(moment, later) == "0:30〜1:00"
    assert dates.time_span(moment, later, language="en") == "0:30–1:00"


@pytest.mark.parametrize(
    "text",
    [
        "R8.12.9",
        "r8.12.09",
        "令和8年12月9日",
        "20261209",
        "2026-12-09",
        "2026/12/9",
        "Ｒ８．１２．９",
        "R8/12/9",
        "R081209",
        "ｒ０８１２０９",
        "令和081209",
    ],
)
def test_staff_may_type_a_day_in_many_ways(text: str) -> None:
    assert dates.read_date(text) == date(2026, 12, 9)


def test_the_first_year_of_an_era_may_be_written_as_gannen() -> None:
    assert dates.read_date("令和元年5月1日") == date(2019, 5, 1)
    assert dates.read_date("S36.4.2") == date(1961, 4, 2)


@pytest.mark.parametrize(
    "text",
    [
        *("", "9日", "R8.13.1", "2026-02-30", "令和0年1月1日", "平成32年1月1日", "H1.1.7", "abc"),
        *("-2026-2-9", "2026--2-9", "2026-2--9", "+2026/2/9", "2026-2-9-"),
        *("R81209", "S640108", "X081209", "081209", "88.2.29", "026.12.9", "٢٠٢٦-12-09"),
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(dates.NotADate):
        dates.read_date(text)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("ja", "2026年（令和8年）12月9日（水） 9:00〜9:30"),
        ("en", "Wednesday 9 December 2026, 9:00–9:30"),
        ("ja-easy", "2026年12月9日（水曜日） 9:00から 9:30まで"),
    ],
)
def test_a_visit_is_written_in_one_way_everywhere(language: str, written: str) -> None:
    starts_at = datetime(2026, 12, 9, 0, 0, tzinfo=UTC)
    assert dates.visit_time(starts_at, starts_at + timedelta(minutes=30), language=language) == written


def test_people_are_counted_in_the_reader_s_language() -> None:
    assert [
        dates.people(number, language=language) for number, language in ((1, "en"), (2, "en"), (2, "ja"))
    ] == [
        "1 person",
        "2 people",
        "2人",
    ]


@pytest.mark.parametrize("text", ["2", "02", "２", "2月", " 2 月 ", "０２月"])
def test_a_month_in_a_field_of_its_own_is_read_however_it_was_typed(text: str) -> None:
    assert dates.read_part(text, unit="月") == 2


@pytest.mark.parametrize(
    "text", ["-2", "－２", "+2", "2-", "2.0", "1/2", "2日", "2月3", "002", "", "二", "٢", "²-"]
)
def test_a_sign_is_no_part_of_a_month(text: str) -> None:
    with pytest.raises(dates.NotADate):
        dates.read_part(text, unit="月")
