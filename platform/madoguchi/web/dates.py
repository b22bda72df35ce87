"""Dates as people here read and write them: with the era, the weekday and Japanese time."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from madoguchi import clock

WEEKDAYS = "月火水木金土日"
ENGLISH_WEEKDAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

READABLE_YEARS = range(2000, 2100)
"""Days that people may ask lists for: those at the edges of the calendar have no day before or after."""


@dataclass(frozen=True)
class Era:
    """A Japanese era and its first day."""

    first_day: date
    name: str
    letter: str


ERAS = (
    Era(date(2019, 5, 1), "令和", "R"),
    Era(date(1989, 1, 8), "平成", "H"),
    Era(date(1926, 12, 25), "昭和", "S"),
    Era(date(1912, 7, 30), "大正", "T"),
    Era(date(1868, 1, 25), "明治", "M"),
)

_WRITTEN = re.compile(
    r"(?P<era>令和|平成|昭和|大正|明治|[RHSTM])?"
    r"(?P<year>元|\d{1,4})[年./-](?P<month>\d{1,2})[月./-](?P<day>\d{1,2})日?",
    re.IGNORECASE | re.ASCII,
)
_EIGHT_DIGITS = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII)
_ERA_DIGITS = re.compile(
    r"(?P<era>令和|平成|昭和|大正|明治|[RHSTM])(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})",
    re.IGNORECASE | re.ASCII,
)
_PART = re.compile(r"(?P<number>\d{1,2})\s*(?P<unit>\D?)", re.ASCII)
_FIRST_OF_FOUR_DIGITS = 1000


class NotADate(ValueError):
    """The text is not a date in any way of writing that is accepted."""


def as_day(value: date | datetime) -> date:
    """Name the calendar day in Japan on which this moment falls."""
    return clock.local(value).date() if isinstance(value, datetime) else value


def era_of(day: date) -> tuple[Era, int]:
    """Find the era of a day and the year within it.

    Raises NotADate before the first era.
    """
    for era in ERAS:
        if day >= era.first_day:
            return era, day.year - era.first_day.year + 1
    raise NotADate(day.isoformat())


def short_era_date(day: date) -> str:
    """Write a day the way staff lists do: R8.12.09."""
    era, year = era_of(day)
    return f"{era.letter}{year}.{day.month:02}.{day.day:02}"


def era_year(day: date) -> str:
    """Write the year of a day with its era: 令和8年, 令和元年."""
    era, year = era_of(day)
    return f"{era.name}{'元' if year == 1 else year}年"


def long_era_date(day: date) -> str:
    """Write a day as letters do: 令和8年12月9日."""
    return f"{era_year(day)}{day.month}月{day.day}日"


def weekday(day: date, *, language: str = "ja") -> str:
    """Name the day of the week: 水, Wednesday, 水曜日 in plain Japanese."""
    if language == "en":
        return ENGLISH_WEEKDAYS[day.weekday()]
    name = WEEKDAYS[day.weekday()]
    return f"{name}曜日" if language == "ja-easy" else name


def month_and_day(day: date, *, language: str = "ja") -> str:
    """Write a day without its year: 12月9日（水）."""
    if language == "en":
        return f"{weekday(day, language='en')} {day.day} {ENGLISH_MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日（{weekday(day, language=language)}）"


def full_date(day: date, *, language: str = "ja") -> str:
    """Write a day for residents: 2026年（令和8年）12月9日（水）."""
    if language == "en":
        return f"{month_and_day(day, language='en')} {day.year}"
    era = "" if language == "ja-easy" else f"（{era_year(day)}）"
    return f"{day.year}年{era}{month_and_day(day, language=language)}"


def month_name(day: date, *, language: str = "ja") -> str:
    """Name the month of a day: 12月, December."""
    return ENGLISH_MONTHS[day.month - 1] if language == "en" else f"{day.month}月"


def year_name(day: date, *, language: str = "ja") -> str:
    """Name the year of a day: 2026年（令和8年）, 2026."""
    if language == "en":
        return str(day.year)
    return f"{day.year}年" if language == "ja-easy" else f"{day.year}年（{era_year(day)}）"


def japanese_time(moment: datetime) -> str:
    """Write the time of day in Japan: 9:30."""
    local = clock.local(moment)
    return f"{local.hour}:{local.minute:02}"


def time_span(starts_at: datetime, ends_at: datetime, *, language: str = "ja") -> str:
    """Write from when to when: 9:00〜9:30, in English 9:00–9:30, in plain Japanese with words."""
    first, last = japanese_time(starts_at), japanese_time(ends_at)
    if language == "ja-easy":
        return f"{first}から {last}まで"
    return f"{first}{'–' if language == 'en' else '〜'}{last}"


def visit_time(starts_at: datetime, ends_at: datetime, *, language: str = "ja") -> str:
    """Write day and time of a visit in one line, as pages and mails do."""
    day = full_date(as_day(starts_at), language=language)
    return f"{day}{',' if language == 'en' else ''} {time_span(starts_at, ends_at, language=language)}"


def people(number: int, *, language: str = "ja") -> str:
    """Write how many come: 2人, 2 people."""
    if language != "en":
        return f"{number}人"
    return "1 person" if number == 1 else f"{number} people"


def read_date(text: str) -> date:
    """Read a day however staff type it: R8.12.9, R081209, 令和8年12月9日, 20261209, 2026-12-09.

    Raises NotADate.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    ways = (_WRITTEN, _EIGHT_DIGITS, _ERA_DIGITS)
    found = next(filter(None, (way.fullmatch(plain) for way in ways)), None)
    if found is None:
        raise NotADate(text)
    parts = found.groupdict()
    year = 1 if parts["year"] == "元" else int(parts["year"])
    try:
        return _in_era(parts.get("era") or "", year, int(parts["month"]), int(parts["day"]))
    except ValueError as error:
        raise NotADate(text) from error


def read_part(text: str, *, unit: str) -> int:
    """Read a month or a day from a field of its own: 2, 02, ２, 2月; a sign before it makes it none.

    Raises NotADate.
    """
    found = _PART.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or found["unit"] not in ("", unit):
        raise NotADate(text)
    return int(found["number"])


def _in_era(written: str, year: int, month: int, day: int) -> date:
    if not written:
        # 88.2.29 is a year of an era that nobody named, not one of the Romans.
        if year < _FIRST_OF_FOUR_DIGITS:
            raise NotADate(year)
        return date(year, month, day)
    era = next(era for era in ERAS if written.upper() in (era.name, era.letter))
    found = date(era.first_day.year + year - 1, month, day)
    if found < era.first_day or era_of(found)[0] != era:
        raise NotADate(f"{written}{year}")
    return found
