"""What is held about one person: the question to every plugin, on or off, and its answers."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class PersonWanted:
    """What is known of somebody; every plugin looks under what it keeps, and leaves the rest aside."""

    reference: str = ""
    """The number on the notice, as it was typed."""
    booking_number: str = ""
    kana: str = ""
    """The reading of the name; found records may be somebody else's."""
    birthday: date | None = None
    email: str = ""
    phone: str = ""
    keys: frozenset[str] = frozenset()
    """What certain records have led to: ``pickup:<uuid>``, ``contact:<uuid>``."""


@dataclass(frozen=True, kw_only=True)
class HeldRecord:
    """One thing that is held about the person.

    ``key`` names it for erasing (``table:id``); ``leads_to`` are keys under which other plugins go on
    looking, followed only from certain records.
    """

    key: str
    label: str
    title: str
    facts: tuple[tuple[str, str], ...]
    since: datetime | None = None
    leads_to: frozenset[str] = frozenset()
    is_certain: bool = True
    """Found under a number or an address of the person; otherwise under a name, or with relatives."""
    erasing: str = ""
    """What erasing does to it, in words."""
    obstacle: str = ""
    """Why it cannot be erased now, in words; empty when it can."""


@dataclass(frozen=True, kw_only=True)
class Erased:
    """How much of one kind was erased, and the ids that must be found nowhere afterwards."""

    label: str
    rows: int
    ids: frozenset[str] = frozenset()
