"""What one box over the cards can mean: a number, a telephone, a birthday, a day, a reading, a name."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from madoguchi.hooks.contracts.pickups import MonthDay, NotAMonthDay, normalise_reference

SHORTEST_NUMBER: Final = 3
SHORTEST_PHONE: Final = 4
HALF_A_YEAR: Final = timedelta(days=183)
_NUMBER: Final = re.compile(r"[0-9A-Z]+")
_MONTH_DAY: Final = re.compile(r"(\d{1,2})[/月.-](\d{1,2})日?")
_KATAKANA: Final = re.compile(r"[ァ-ヺー・]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Everything that the words of one box can mean; an empty part is not looked for."""

    number: str = ""
    phone: str = ""
    day: date | None = None
    birthday: MonthDay | None = None
    kana: str = ""
    name: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing can be looked for."""
        return self == Meant()


def read(text: str, *, day: date | None, today: date) -> Meant:
    """Work out what somebody may mean; ``day`` is the whole date that the words are, if they are one."""
    plain = unicodedata.normalize("NFKC", text).strip()
    compact = re.sub(r"[\s()\-‐-―−]", "", plain)
    digits = compact if compact.isascii() and compact.isdigit() else ""
    number = normalise_reference(plain)
    is_number = bool(_NUMBER.fullmatch(number)) and len(number) >= SHORTEST_NUMBER
    letters = "" if any(sign.isdigit() for sign in compact) else re.sub(r"\s", "", plain)
    kana = "" if is_number else katakana(letters)
    return Meant(
        number=number if is_number else "",
        phone=digits if len(digits) >= SHORTEST_PHONE else "",
        day=day or _near_day(plain, today),
        birthday=_birthday(compact, plain, day),
        kana=kana,
        name="" if kana or is_number else letters,
    )


def katakana(letters: str) -> str:
    """Read hiragana as katakana; nothing where other signs stand among them."""
    turned = "".join(chr(ord(sign) + 96) if "ぁ" <= sign <= "ゖ" else sign for sign in letters)
    return turned if _KATAKANA.fullmatch(turned) else ""


def _near_day(plain: str, today: date) -> date | None:
    """Read a day without a year as the one nearest to today."""
    found = _MONTH_DAY.fullmatch(plain.replace(" ", ""))
    if found is None:
        return None
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            days.append(date(year, int(found[1]), int(found[2])))
        except ValueError:
            continue
    near = [each for each in days if abs(each - today) <= HALF_A_YEAR]
    return near[0] if near else None


def _birthday(compact: str, plain: str, day: date | None) -> MonthDay | None:
    if day is not None:
        return MonthDay(day.month, day.day, day.year)
    for text in (compact, plain):
        try:
            return MonthDay.parse(text)
        except NotAMonthDay:
            continue
    return None
