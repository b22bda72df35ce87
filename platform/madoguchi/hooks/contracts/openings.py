"""What a change of opening hours means for plugins: times that come, times that go, visits in the way."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class VisitInTheWay:
    """A visit that stands outside the hours; `label` names it for staff, `url` leads to it."""

    label: str
    place_id: UUID
    starts_at: datetime
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class OpeningEffect:
    """What a plugin would do after a change: times opened, closed, changed, and visits it would leave alone.

    `visits` stand outside the hours; `crowded` stand inside, more than the new capacity would let in.
    """

    opened: int = 0
    closed: int = 0
    changed: int = 0
    crowded: tuple[VisitInTheWay, ...] = ()
    crowded_in_all: int = 0
    visits: tuple[VisitInTheWay, ...] = ()
    visits_in_all: int = 0
