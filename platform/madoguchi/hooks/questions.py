"""What one plugin asks and another may answer: the extension points of the kind *ask*, see specs.py."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from madoguchi.hooks.contracts.approvals import SecondPersonWanted
from madoguchi.hooks.contracts.bookings import PickupBooking, Served
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.legal import LegalDocuments
from madoguchi.hooks.contracts.pickups import (
    Ambiguous,
    Found,
    MonthDay,
    PickupDescription,
    PickupWords,
    Unknown,
)
from madoguchi.hooks.markers import hookspec
from madoguchi.hooks.values import WorkPlace

if TYPE_CHECKING:
    from django.http import HttpRequest


@hookspec
def find_pickup(reference: str, birthday: MonthDay) -> Found | Ambiguous | Unknown:
    """Find the card that waits under a notice number and birthday. Ask; called by card_reservation."""
    raise NotImplementedError


@hookspec
def describe_pickups(pickups: tuple[UUID, ...]) -> dict[UUID, PickupDescription]:
    """Name the people behind pick-ups, for staff who may see them. Ask; called by card_reservation."""
    raise NotImplementedError


@hookspec
def locate_pickups(pickups: tuple[UUID, ...]) -> dict[UUID, UUID]:
    """Tell at which places cards lie, as far as known. Ask; called by card_reservation.

    A card that is not in the answer may lie anywhere.
    """
    raise NotImplementedError


@hookspec
def search_pickups(among: tuple[UUID, ...], wanted: PickupWords) -> dict[UUID, str]:
    """Find pick-ups by any of these words, each with the column that fits. Ask; called by card_reservation.

    The column is one of number, kana, name, birthday. Whoever asks leaves out what its reader may not see.
    """
    raise NotImplementedError


@hookspec
def bookings_of(pickups: tuple[UUID, ...]) -> tuple[PickupBooking, ...]:
    """List the bookings of pick-ups, newest first, cancelled ones too. Ask; called by card_management."""
    raise NotImplementedError


@hookspec
def settle_visit(served: Served, now: datetime) -> bool:
    """End the visit of whoever has the card early, or give it back. Ask; called by card_management."""
    raise NotImplementedError


@hookspec
def pickups_of_caller(phone: str, eyes: Eyes) -> tuple[UUID, ...]:
    """Find pick-ups by digits of the telephone of whoever booked. Ask; called by card_management.

    A reader from whom telephones are kept finds nothing.
    """
    raise NotImplementedError


@hookspec
def contacts_of_pickups(pickups: tuple[UUID, ...]) -> dict[UUID, UUID]:
    """Name to whom to write about pick-ups: who last booked each. Ask; called by card_management."""
    raise NotImplementedError


@hookspec
def read_before_serving(request: "HttpRequest", pickups: tuple[UUID, ...], back: str) -> str:
    """Give the address of what staff read before they serve these people. Ask; called by card_reservation.

    It is empty where there is nothing to read, or not for whoever asks; the page leads back afterwards.
    """
    raise NotImplementedError


@hookspec
def booked_services() -> tuple[tuple[str, str], ...]:
    """List what residents book, each by its code and name. Ask; called by madoguchi.announcements."""
    raise NotImplementedError


@hookspec
def ask_second_person(wanted: SecondPersonWanted, now: datetime) -> UUID:
    """Let somebody else decide, by a declared kind of approval. Ask; called by madoguchi.notifications.

    Raises what the desk of approvals raises: a reason is missing, or the same was asked already.
    """
    raise NotImplementedError


@hookspec
def legal_documents(language: str, today: date) -> LegalDocuments:
    """Name the documents that residents agree to before they begin. Ask; called by madoguchi.residents."""
    raise NotImplementedError


@hookspec
def work_places() -> tuple[WorkPlace, ...]:
    """List the places for which staff can be responsible. Ask; called by madoguchi.accounts."""
    raise NotImplementedError


@hookspec
def transport_days() -> dict[UUID, int]:
    """Tell how many open days a card travels to each place. Ask; called by card_management."""
    raise NotImplementedError
