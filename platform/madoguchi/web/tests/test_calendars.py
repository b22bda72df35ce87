"""A month as residents and staff see it."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from madoguchi.web import calendars


@dataclass
class Day:
    date: date
    state: str
    booked: int = 0
    capacity: int = 0


@dataclass
class Month:
    weeks: list[list[Day | None]]
    previous: tuple[int, int] | None = None
    next: tuple[int, int] | None = (2027, 1)
    state: str = field(default="")


def december(**states: str) -> Month:
    first = date(2026, 12, 1)
    days = [first + timedelta(days=offset) for offset in range(31)]
    cells: list[Day | None] = [Day(day, states.get(f"d{day.day}", "closed"), 8, 12) for day in days]
    return Month([cells])


def draw(month: Month, **look: object) -> str:
    shown = calendars.Look(language="ja", sprite="/icons.svg", **look)  # type: ignore[arg-type]
    return str(calendars.rows(month, look=shown))


def cell(html: str, day: int) -> str:
    found = re.search(rf'<td>((?:(?!</td>).)*class="d">{day}</span>.*?)</td>', html)
    assert found
    return found[1]


def test_the_weeks_begin_on_sunday() -> None:
    weeks = draw(december()).split("</tr>")
    assert weeks[0].count("<td></td>") == 2
    assert [week.count("<td") for week in weeks[:-1]] == [7] * 5


def test_a_free_day_is_a_link_with_a_full_label_a_sign_and_a_word() -> None:
    free = cell(draw(december(d9="free")), 9)
    assert 'href="?day=2026-12-09#slots"' in free
    assert '<span class="vh">12月9日（水曜日） 空きあり</span>' in free
    assert "#free" in free
    assert "空き</span>" in free


def test_a_full_and_a_closed_day_cannot_be_chosen_by_residents() -> None:
    html = draw(december(d10="full"))
    for day in (10, 11):
        assert "<a" not in cell(html, day)
    assert "満員" in cell(html, 10)


def test_residents_never_see_counts() -> None:
    html = draw(december(d9="free", d10="few", d11="full"))
    assert "8／12" not in html
    assert "8／12" in draw(december(d9="free"), is_staff=True)


def test_staff_may_open_a_full_day() -> None:
    assert "<a" in cell(draw(december(d10="full"), is_staff=True), 10)


def test_the_chosen_day_is_told_by_more_than_colour() -> None:
    chosen = cell(draw(december(d9="free"), selected=date(2026, 12, 9)), 9)
    assert 'aria-current="date"' in chosen
    assert "選択中" in chosen
    assert "#selected" in chosen


def test_what_the_page_carries_on_is_escaped() -> None:
    html = draw(december(d9="free"), query='place="><script>&')
    assert "<script>" not in html
    assert "&amp;day=2026-12-09" in html


def test_the_head_names_the_month_and_its_neighbours() -> None:
    frame = calendars.frame(december(), language="ja")
    assert (frame.title, frame.year) == ("12月", "2026年（令和8年）")
    assert frame.previous is None
    assert frame.next == calendars.Neighbour("1月", "2027-01")
    assert [short for short, _ in frame.weekdays] == list("日月火水木金土")


def test_english_readers_get_english_weekdays() -> None:
    frame = calendars.frame(december(), language="en")
    assert frame.title == "December"
    assert frame.weekdays[3] == ("Wed", "Wednesday")
