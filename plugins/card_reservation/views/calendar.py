"""The calendar of one place: a month, the chosen day and its times. States only, never counts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.http import QueryDict

from madoguchi import clock
from madoguchi.web.dates import READABLE_YEARS
from plugins.card_reservation import queries
from plugins.card_reservation.queries.fresh import remember
from plugins.card_reservation.queries.values import Asking, DayCell, MonthView, SlotView

ISO_DAY_LENGTH = 10
RESIDENT = Asking("resident")


@dataclass(frozen=True)
class Colours:
    """What the database tells of a month and of the times of one day."""

    month: MonthView
    slots: tuple[SlotView, ...]

    @cached_property
    def version(self) -> int:
        """Number these colours: another number means that one of them has changed."""
        return hash((self.month, self.slots))


@dataclass(frozen=True)
class Calendar:
    """Everything the calendar's template shows."""

    colours: Colours
    day: date | None
    is_list: bool
    place_query: str = ""

    @property
    def month(self) -> MonthView:
        """Show a colour for each day of the month."""
        return self.colours.month

    @property
    def slots(self) -> Sequence[SlotView]:
        """Show a colour for each time of the chosen day."""
        return self.colours.slots

    @property
    def query(self) -> str:
        """Name this month in an address."""
        return f"{self.month.year}-{self.month.month:02}"

    @property
    def list_query(self) -> str:
        """Begin an address that keeps the list instead of the calendar."""
        return f"{self.place_query}view=list&"

    @property
    def open_days(self) -> list[DayCell]:
        """List the days that can be booked, for readers who prefer a list."""
        return [day for week in self.month.weeks for day in week if day and day.is_bookable]


def draw_calendar(
    *,
    place_id: UUID,
    party_size: int,
    query: QueryDict,
    chosen: date | None,
    now: datetime,
    asking: Asking = RESIDENT,
) -> Calendar:
    """Draw the month that was asked for, or the first one with a free day; at most a second old.

    Raises PlaceNotFound for a place that takes no bookings from residents.
    """
    day = _read_day(query.get("day", "")) or (None if query.get("month") else chosen)
    wanted = read_month(query.get("month", "")) or (day and (day.year, day.month))

    def look() -> Colours:
        year, number = wanted or _first_month(place_id, party_size, now, asking)
        month = queries.month(
            place_id=place_id, year=year, month=number, party_size=party_size, audience=asking, now=now
        )
        return Colours(month, _slots(place_id, day, party_size, now, asking))

    return Calendar(
        colours=remember(("calendar", place_id, asking, party_size, wanted, day), look),
        day=day,
        is_list=query.get("view") == "list",
        place_query=f"place={place_id}&" if "place" in query else "",
    )


def _slots(
    place_id: UUID, day: date | None, party_size: int, now: datetime, asking: Asking
) -> tuple[SlotView, ...]:
    if day is None:
        return ()
    found = queries.slots(
        place_id=place_id,
        day=day,
        party_size=party_size,
        audience=asking,
        now=now,
    )
    return tuple(found)


def day_of(slot: SlotView | None) -> date | None:
    """Name the day of a slot in Japan."""
    return clock.local(slot.starts_at).date() if slot else None


def _first_month(place_id: UUID, party_size: int, now: datetime, asking: Asking) -> tuple[int, int]:
    found = queries.nearest_free(
        place_id=place_id, after=now, party_size=party_size, limit=1, now=now, audience=asking
    )
    day = clock.local(found[0].starts_at if found else now).date()
    return day.year, day.month


def read_month(text: str) -> tuple[int, int] | None:
    """Read a month as addresses write it, or nothing."""
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    return (int(found.group(1)), int(found.group(2))) if found else None


def _read_day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if len(text) == ISO_DAY_LENGTH else None
    except ValueError:
        return None
    return found if found and found.year in READABLE_YEARS else None
