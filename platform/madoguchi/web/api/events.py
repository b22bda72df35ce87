"""Which events an address outside may be told of, and what it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.bookings import (
    BookingEvent,
    PickupBooked,
    PickupCancelled,
    PickupMoved,
    PickupPartyChanged,
    VisitMarked,
)
from madoguchi.hooks.contracts.events import Event

TOLD: Final[Mapping[str, tuple[type[BookingEvent], Promise]]] = {
    PickupBooked.kind: (PickupBooked, _("予約が入った")),
    PickupMoved.kind: (PickupMoved, _("予約の日時が変わった")),
    PickupCancelled.kind: (PickupCancelled, _("予約が取り消された")),
    PickupPartyChanged.kind: (PickupPartyChanged, _("予約に来る人が増えた・減った")),
    VisitMarked.kind: (VisitMarked, _("来庁した・来なかったの印が付いた")),
}
PING: Final = "api.ping"
# Keys of people stay inside: whoever hears of a booking asks the API for the rest, with a scope.
KEPT_INSIDE: Final = frozenset({"pickups", "contact_id", "joined", "left", "is_told"})


@dataclass(frozen=True, kw_only=True)
class MessageQueued(Event):
    """A message to an address outside waits to be sent; earlier releases queued it here."""

    kind: ClassVar[str] = "api.message_queued"

    message_id: UUID


def content_of(event: Event) -> dict[str, Any]:
    """Write what an address outside is told of an event."""
    return {name: value for name, value in event.to_payload().items() if name not in KEPT_INSIDE}
