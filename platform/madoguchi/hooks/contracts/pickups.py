"""The question of a pick-up: is there a card for this notice number and birthday?"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Self
from uuid import UUID

DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class NotAMonthDay(ValueError):
    """No calendar has this month and day."""


@dataclass(frozen=True)
class MonthDay:
    """Month and day of birth, without the year (生月日); 29 February is a birthday like any other."""

    month: int
    day: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.day <= DAYS[self.month - 1]):
            raise NotAMonthDay(f"{self.month}/{self.day}")

    def __str__(self) -> str:
        return f"{self.month:02d}{self.day:02d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read MMDD, M/D, M月D日 and the like, full-width digits included.

        Raises NotAMonthDay for anything else.
        """
        plain = unicodedata.normalize("NFKC", text).strip()
        if re.fullmatch(r"\d{4}", plain):
            return cls(int(plain[:2]), int(plain[2:]))
        parts = re.fullmatch(r"(\d{1,2})\s*[-/.月 ]\s*(\d{1,2})\s*日?", plain)
        if parts is None:
            raise NotAMonthDay(text)
        return cls(int(parts[1]), int(parts[2]))


def normalise_reference(text: str) -> str:
    """Read a notice number as people type it: full-width, lower case, with hyphens or spaces."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-‐-―−ー－]", "", plain)


@dataclass(frozen=True)
class Found:
    """One card waits for one person; the label is masked and safe to show."""

    pickup: UUID
    label: str


@dataclass(frozen=True)
class Ambiguous:
    """The number and birthday fit more than one person: nobody may be told which."""


@dataclass(frozen=True)
class Unknown:
    """No card waits under this number and birthday."""


@dataclass(frozen=True)
class PickupDescription:
    """Who comes for a card, for the eyes of staff only."""

    pickup: UUID
    name: str
    kana: str
    reference: str
    storage: str = ""
