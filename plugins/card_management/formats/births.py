"""Birth dates as registers carry them: also days of no calendar, overlapping eras, and unknown parts.

A day that some year has (29 February) is kept in any year, for registers hold it; a day that no year has
(30 February, 31 April) is a slip of somebody's keyboard and is refused.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from madoguchi.web.dates import NotADate, long_era_date, read_date, short_era_date

OLDEST_YEARS: Final = 130
LONGEST: Final = 40
DAY, ODD, MONTH, YEAR, UNKNOWN = "day", "odd", "month", "year", "unknown"
# The last day of one era was the first of the next, and people were born on it in either.
_OVERLAPS: Final = {("明治", 45, 7, 30): date(1912, 7, 30), ("大正", 15, 12, 25): date(1926, 12, 25)}
_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_LETTERS: Final = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
_YEAR: Final = r"(?P<era>令和|平成|昭和|大正|明治|[RHSTMrhstm])?(?P<year>元|\d{1,4})"
_PARTS: Final = (
    re.compile(rf"{_YEAR}[年./-](?P<month>\d{{1,2}})[月./-](?P<day>\d{{1,2}})日?"),
    re.compile(r"(?P<era>)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
    re.compile(rf"{_YEAR}年(?P<month>\d{{1,2}})月(?:頃|ごろ|ころ|日?不詳|日?不明|上旬|中旬|下旬)?(?P<day>)"),
    re.compile(rf"{_YEAR}年(?:頃|ごろ|ころ|月?日?不詳|月?日?不明|以下不詳)?(?P<month>)(?P<day>)"),
)
_UNKNOWN: Final = re.compile(r"(?:生?年月日)?(?:不詳|不明)|0{8}|0{4}[-/.]0{1,2}[-/.]0{1,2}")


class NotABirth(ValueError):
    """The text is no birth date in any way of writing that is accepted; the message says what to do."""


class Birth(NamedTuple):
    """A birth date: the day where there is one, else the text as it stands and how much of it is known."""

    born_on: str
    text: str
    precision: str
    month_day: str

    @property
    def key(self) -> str:
        """What tells this birth date from another."""
        return self.born_on or self.text


def read_birth(*, text: str, today: date) -> Birth:
    """Read a birth date however registers and lists write it.

    Raises NotABirth.
    """
    try:
        return _whole(read_date(text), "", today)
    except NotADate:
        pass
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if _UNKNOWN.fullmatch(plain):
        return Birth("", plain[:LONGEST], UNKNOWN, "")
    for pattern in _PARTS:
        found = pattern.fullmatch(plain)
        if found is not None:
            return _parts(plain, found.groupdict(), today)
    raise NotABirth(_("生年月日として読めません（例：1988-02-29、昭和63年2月29日、昭和25年頃）。"))


def born_day(fields: Mapping[str, Any]) -> date | None:
    """Tell the day of birth of an opened card, or nothing where no calendar has it."""
    return date.fromisoformat(fields["born_on"]) if fields["born_on"] else None


def born_words(fields: Mapping[str, Any], *, is_short: bool = False) -> str:
    """Write the birth date of an opened card, as it stands in the register where it is no day."""
    day = born_day(fields)
    if day is None or (fields.get("born_text") and fields.get("born_precision") == DAY):
        return str(fields.get("born_text") or "")
    return short_era_date(day) if is_short else long_era_date(day)


def read_words(born_on: str, text: str) -> str:
    """Write a birth date as lists for staff do: the day, or the text as it stands."""
    return text or (short_era_date(date.fromisoformat(born_on)) if born_on else "")


def _parts(plain: str, parts: Mapping[str, str | None], today: date) -> Birth:
    era = (parts["era"] or "").upper()
    era = _LETTERS.get(era, era)
    in_era = 1 if parts["year"] == "元" else int(parts["year"] or 0)
    month, day = int(parts["month"] or 0), int(parts["day"] or 0)
    overlap = _OVERLAPS.get((era, in_era, month, day))
    if overlap is not None:
        return _whole(overlap, plain[:LONGEST], today)
    year = in_era + _ERAS[era] if era else in_era
    _check_year(year, today)
    if (month, day) == (2, 29):
        return Birth("", plain[:LONGEST], ODD, "0229")
    if not month and not day:
        return Birth("", plain[:LONGEST], YEAR, "")
    if 1 <= month <= 12 and not day:
        return Birth("", plain[:LONGEST], MONTH, "")
    raise NotABirth(_("暦にない日付です（例：1988-02-29、昭和63年2月29日）。直してください。"))


def _whole(day: date, text: str, today: date) -> Birth:
    if day > today:
        raise NotABirth(_("生年月日としてありえない年です。直してください。"))
    _check_year(day.year, today)
    return Birth(day.isoformat(), text, DAY, f"{day:%m%d}")


def _check_year(year: int, today: date) -> None:
    if not today.year - OLDEST_YEARS <= year <= today.year:
        raise NotABirth(_("生年月日としてありえない年です。直してください。"))
