"""What the pages of this plugin are told; residents never get a count."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from plugins.card_reservation.models.schedule import PICKUP_ID
from plugins.card_reservation.rules.availability import State

Audience = Literal["resident", "staff"]
Status = Literal["active", "cancelled", "done"]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and for which service."""

    audience: Audience
    service_id: UUID = PICKUP_ID
    travels: bool = False
    """Whether a card must first be brought to the place."""

    @classmethod
    def of(cls, audience: "Audience | Asking") -> "Asking":
        """Read somebody who named no service as asking for the pick-up."""
        return audience if isinstance(audience, Asking) else cls(audience)


@dataclass(frozen=True, slots=True)
class SlotView:
    """A slot as a resident sees it."""

    id: UUID
    place_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: State
    service_id: UUID

    @property
    def is_bookable(self) -> bool:
        """Tell whether the party still fits."""
        return self.state in (State.FREE, State.FEW)


@dataclass(frozen=True, slots=True)
class StaffSlotView(SlotView):
    """A slot as staff see it: with its counts."""

    booked: int
    capacity: int


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a month."""

    date: dt.date
    state: State

    @property
    def is_bookable(self) -> bool:
        """Tell whether some slot of the day has room."""
        return self.state in (State.FREE, State.FEW)


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month of weeks from Sunday to Saturday; None where a week leaves the month."""

    year: int
    month: int
    weeks: tuple[tuple[DayCell | None, ...], ...]
    previous: tuple[int, int] | None
    next: tuple[int, int] | None

    @property
    def has_free_days(self) -> bool:
        """Tell whether any day of the month has room."""
        return any(cell is not None and cell.is_bookable for week in self.weeks for cell in week)


@dataclass(frozen=True, slots=True)
class BookingKey:
    """A booking as it is ordered among those of its day, and nothing more."""

    booking_id: UUID
    number: str
    starts_at: dt.datetime


@dataclass(frozen=True, slots=True)
class BookingView:
    """A booking as its owner sees it."""

    booking_id: UUID
    number: str
    slot_id: UUID
    place_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    party_size: int
    pickups: tuple[UUID, ...]
    references: tuple[str, ...]
    status: Status
    channel: str
    contact_id: UUID | None
    is_changeable: bool
    change_until: dt.datetime | None = None
    """Until when its owner may change it without calling."""
    visit: str = ""
    over_reason: str = ""
    """Why it was let in although its time was full; for staff alone."""
    service_id: UUID = PICKUP_ID
    is_served: bool = False
    """The card went to its holder before the day, and the visit was ended."""


@dataclass(frozen=True, slots=True)
class BoardPerson:
    """One person of a booking on the day board; empty where nobody may tell."""

    pickup: UUID
    name: str
    kana: str
    reference: str
    storage: str = ""
    card_state: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One booking on the day board."""

    booking_id: UUID
    number: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place_id: UUID
    place: str
    people: Sequence[BoardPerson]
    party_size: int
    channel: str
    status: Status
    visit: str = ""
    is_over: bool = False
    has_no_notice: bool = False
    is_served: bool = False
    service_id: UUID = PICKUP_ID

    @property
    def kana(self) -> str:
        """Sort by the reading of whoever booked."""
        return self.people[0].kana if self.people else ""

    @property
    def words(self) -> str:
        """Give what the search box looks through."""
        return "|".join(f"{person.name}|{person.kana}|{person.reference}" for person in self.people)

    @property
    def name(self) -> str:
        """Name the person who booked."""
        return self.people[0].name if self.people else ""

    @property
    def reference(self) -> str:
        """Show the first person's reference."""
        return self.people[0].reference if self.people else ""


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which an audience may book at a place; both ends included."""

    place_id: UUID
    earliest: dt.date | None
    latest: dt.date | None

    def has(self, day: dt.date) -> bool:
        """Tell whether a day lies inside."""
        return self.earliest is not None and self.latest is not None and self.earliest <= day <= self.latest
