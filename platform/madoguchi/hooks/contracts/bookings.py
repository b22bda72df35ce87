"""What card_reservation tells: a visit was booked, moved or cancelled; and what a city keeps for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from madoguchi.hooks.contracts.approvals import Person
from madoguchi.hooks.contracts.events import Event

KEPT_FOR_BOOKINGS = "booking_data"


class PersonalData(StrEnum):
    """What a city keeps of the people who book; our operators set it when the city is made."""

    NAMES = "names"
    EMAIL = "email"
    NONE = "none"

    @property
    def keeps_names(self) -> bool:
        """Tell whether a name may be kept with a booking."""
        return self is PersonalData.NAMES

    @property
    def keeps_addresses(self) -> bool:
        """Tell whether a resident may leave a mail address."""
        return self is not PersonalData.NONE

    @property
    def needs_addresses(self) -> bool:
        """Tell whether booking goes by mail alone."""
        return self is PersonalData.NAMES

    @property
    def closed(self) -> frozenset[str]:
        """Name the kinds of tables in which nothing may be written."""
        kinds = set() if self.keeps_names else {"name"}
        return frozenset(kinds if self.keeps_addresses else kinds | {"address"})


@dataclass(frozen=True, kw_only=True)
class PersonalDataChoice:
    """One choice of what a city keeps: by whom, confirmed by whom, since when and why."""

    personal_data: PersonalData
    chosen_at: datetime
    requested_by: str
    approved_by: str
    reason: str


def choices_of(rules: Mapping[str, Any]) -> tuple[PersonalDataChoice, ...]:
    """Read the choices of a city, the newest last, from what its directory knows of it."""
    found: tuple[PersonalDataChoice, ...] = tuple(rules.get(KEPT_FOR_BOOKINGS, ()))
    return found


def personal_data_of(rules: Mapping[str, Any]) -> PersonalData:
    """Read what a city keeps now; without any choice it is everything."""
    found = choices_of(rules)
    return found[-1].personal_data if found else PersonalData.NAMES


@dataclass(frozen=True, kw_only=True)
class BookingEvent(Event):
    """One visit, by keys only: whoever hears it reads the rest in its own tables."""

    booking_id: UUID
    number: str
    place_id: UUID
    slot_starts_at: datetime
    pickups: tuple[UUID, ...]
    channel: str
    contact_id: UUID | None = None
    # Staff may change a booking without a mail about it.
    is_told: bool = True
    # The code of what people come for, as programs know it; empty in what an earlier release left.
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class PickupBooked(BookingEvent):
    """A visit was booked."""

    kind: ClassVar[str] = "card_reservation.pickup_booked"


@dataclass(frozen=True, kw_only=True)
class PickupMoved(BookingEvent):
    """A visit moved to another slot."""

    kind: ClassVar[str] = "card_reservation.pickup_moved"

    previous_starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class PickupCancelled(BookingEvent):
    """A visit was cancelled and its place is free again."""

    kind: ClassVar[str] = "card_reservation.pickup_cancelled"

    # Nobody gave the visit up: the card went to its holder before the day.
    is_served: bool = False


@dataclass(frozen=True, kw_only=True)
class PickupLinked(BookingEvent):
    """Somebody who booked without a notice was linked to a card; the pick-ups are those just linked."""

    kind: ClassVar[str] = "card_reservation.pickup_linked"


@dataclass(frozen=True, kw_only=True)
class VisitMarked(BookingEvent):
    """Somebody marked a visit as come or not come; empty where the mark was taken back."""

    kind: ClassVar[str] = "card_reservation.visit_marked"

    visit: str


@dataclass(frozen=True, kw_only=True)
class PickupPartyChanged(BookingEvent):
    """Somebody joined a visit or stays at home; `pickups` names who comes now."""

    kind: ClassVar[str] = "card_reservation.party_changed"

    joined: tuple[UUID, ...] = ()
    left: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A card went to its holder, told in that very transaction: a visit ahead has nobody to wait for.

    The answer tells whether there was such a visit: its place is free again, and nobody is reminded. Where
    the hand-over was taken back, it tells whether the visit that it had ended is there again.
    """

    pickup: UUID
    by: Person
    is_taken_back: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PickupBooking:
    """One pick-up in one booking, for staff: the same booking stands once for each who comes with it."""

    pickup: UUID
    booking_id: UUID
    number: str
    place_id: UUID
    starts_at: datetime
    ends_at: datetime
    party_size: int
    status: str
    """active, done or cancelled."""
    visit: str
    """arrived, absent, or empty while nobody marked it."""
    channel: str
    has_joined: bool = True
    """False for somebody who was taken out of the booking."""
    is_served: bool = False
    """The card went to its holder before the day, and the visit was ended for them."""
    is_pickup: bool = True
    """False where its holder comes for a service at which nobody shows a notice."""
    address: str = ""
    """The page of the booking on the staff host."""
