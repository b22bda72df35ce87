"""Three things must speak of one person before a card goes: its label, the booking, and who stands there."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_SEXES: Final = {"男": "male", "女": "female", "1": "male", "2": "female", "male": "male", "female": "female"}
_BLOCK: Final = re.compile(
    r"(?<=[0-9])(?:丁目|番地の|番地|番|号|-|‐|−|ー|―|の)(?=[0-9]|$)|(?<=[0-9])(?:番地|号)"
)
_PREFECTURE: Final = re.compile(r"^(?:東京都|北海道|京都府|大阪府|[^市区町村]{2,3}県)")
_KANJI_DIGITS: Final = str.maketrans("〇一二三四五六七八九", "0123456789")


class Difference(StrEnum):
    """One thing that does not agree, or was not looked at."""

    LABEL = "label"
    BOOKING = "booking"
    BORN_ON = "born_on"
    NAME = "name"
    SEX = "sex"
    ADDRESS = "address"
    NOT_LOOKED = "not_looked"
    PAPERS = "papers"
    OTHER_DAY = "other_day"


# These are told and marked, and leave the decision to the counter.
TOLD_ONLY: Final = frozenset((Difference.ADDRESS, Difference.OTHER_DAY))
IDENTITY: Final = frozenset(
    (
        Difference.BORN_ON,
        Difference.NAME,
        Difference.SEX,
        Difference.ADDRESS,
        Difference.NOT_LOOKED,
        Difference.PAPERS,
    )
)


@dataclass(frozen=True, slots=True)
class Held:
    """What the ledger holds of the card: a date as 1988-03-20, or in words where no calendar has it."""

    name: str
    born: str
    address: str = ""
    sex: str = ""

    @property
    def is_date(self) -> bool:
        """Tell whether the ledger holds a date that a calendar has."""
        return re.fullmatch(r"\d{4}-\d{2}-\d{2}", self.born) is not None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of the person: read from a chip, or typed from a paper and compared by eye."""

    born: str
    name: str = ""
    address: str = ""
    sex: str = ""
    is_looked: bool = False

    @property
    def is_from_chip(self) -> bool:
        """Tell whether a name was read instead of compared by eye."""
        return bool(self.name)


def identity(*, held: Held, seen: Seen) -> tuple[Difference, ...]:
    """List how the person differs from the ledger; what either does not tell is no difference."""
    found = []
    if not held.born or folded(held.born) != folded(seen.born):
        found.append(Difference.BORN_ON)
    if seen.is_from_chip:
        found.extend(_chip(held, seen))
    elif not seen.is_looked:
        found.append(Difference.NOT_LOOKED)
    return tuple(found)


def _chip(held: Held, seen: Seen) -> list[Difference]:
    found = []
    if folded(held.name) != folded(seen.name):
        found.append(Difference.NAME)
    sexes = _SEXES.get(held.sex), _SEXES.get(seen.sex)
    if None not in sexes and sexes[0] != sexes[1]:
        found.append(Difference.SEX)
    if held.address and seen.address and address(held.address) != address(seen.address):
        found.append(Difference.ADDRESS)
    return found


def booking(*, numbers: dict[str, bool], shown: str, is_walk_in: bool) -> tuple[Difference, ...]:
    """Compare a booking's number with those of the card; each says whether its visit is today."""
    if is_walk_in:
        return ()
    wanted = booking_digits(shown)
    known = {booking_digits(number): is_today for number, is_today in numbers.items()}
    if not wanted or wanted not in known:
        return (Difference.BOOKING,)
    return () if known[wanted] else (Difference.OTHER_DAY,)


def booking_digits(number: str, /) -> str:
    """Write the number of a booking without hyphens, in half width."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", number))


def is_passed(differences: tuple[Difference, ...], /) -> bool:
    """Tell whether nothing stands against the hand-over."""
    return not set(differences) - TOLD_ONLY


def folded(text: str, /) -> str:
    """Fold what is written one way here and another there: width, spaces, variant selectors."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if not sign.isspace() and not _is_variant(sign)).casefold()


def _is_variant(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def address(text: str, /) -> str:
    """Fold an address so that 2丁目47番地1 and ２－４７－１ are the same."""
    plain = _PREFECTURE.sub("", folded(text))
    plain = re.sub(
        r"[〇一二三四五六七八九](?=丁目|番|号)", lambda found: found[0].translate(_KANJI_DIGITS), plain
    )
    return _BLOCK.sub("-", plain).rstrip("-")
