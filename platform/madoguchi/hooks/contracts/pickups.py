"""The question of a pick-up: is there a card for this notice number and birthday?"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from madoguchi.hooks.contracts.eyes import Eyes

# The columns of a pick-up that a role may keep back.
NAME = "pickups.name"
KANA = "pickups.kana"
STORAGE = "pickups.storage"
# Declared by whoever keeps the cards; a reader from whom it is kept may not search by birthdays either.
BORN_ON = "card_management.born_on"

DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class NotAMonthDay(ValueError):
    """No calendar has this month and day."""


@dataclass(frozen=True)
class MonthDay:
    """Month and day of birth (生月日); 29 February is a birthday like any other.

    The year stands there only in a city that asks for it; then it must fit, too.
    """

    month: int
    day: int
    year: int | None = None

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.day <= DAYS[self.month - 1]):
            raise NotAMonthDay(f"{self.month}/{self.day}")

    def __str__(self) -> str:
        return f"{self.month:02d}{self.day:02d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read MMDD, M/D, M月D日 and the like, or a date such as 1988-02-29, full-width digits included.

        Raises NotAMonthDay for anything else.
        """
        plain = unicodedata.normalize("NFKC", text).strip()
        if re.fullmatch(r"[0-9]{4}", plain):
            return cls(int(plain[:2]), int(plain[2:]))
        if whole := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", plain):
            return cls(int(whole[2]), int(whole[3]), int(whole[1]))
        parts = re.fullmatch(r"([0-9]{1,2})\s*[-/.月 ]\s*([0-9]{1,2})\s*日?", plain)
        if parts is None:
            raise NotAMonthDay(text)
        return cls(int(parts[1]), int(parts[2]))


def normalise_reference(text: str) -> str:
    """Read a notice number as people type it: full-width, lower case, with hyphens, spaces, unseen signs."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-‐-―−ー－\u00ad\u200b-\u200f\u2060\ufeff]", "", plain)


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
    # Where the card is in its life, in words for staff; empty where nobody knows.
    state: str = ""
    # False once it was handed over or is gone: then nobody is asked to come for it any more.
    is_waiting: bool = True
    # False as long as the city has not received it.
    has_come: bool = True

    def seen_by(self, eyes: Eyes) -> "PickupDescription":
        """Give what a reader may see of it."""
        return replace(
            self,
            name=eyes.text(NAME, self.name),
            kana=eyes.text(KANA, self.kana),
            storage=eyes.text(STORAGE, self.storage),
        )


@dataclass(frozen=True, kw_only=True)
class PickupWords:
    """What staff look for among people who have a booking; an empty word finds nobody."""

    number: str = ""
    """Part of a notice number, normalised."""
    kana: str = ""
    """The beginning of a reading, in full-width katakana without spaces."""
    name: str = ""
    birthday: MonthDay | None = None
