"""Who called, for a call back: kept apart from the bookings, and nowhere in a city that keeps no names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from madoguchi.hooks.contracts.bookings import PersonalData, personal_data_of
from madoguchi.ledger import vault
from madoguchi.tenancy import current_city
from plugins.card_reservation.models import Booking, Caller

PLACE: Final = "card_reservation_caller.sealed"


@dataclass(frozen=True, kw_only=True)
class CallerView:
    """Who called, and where to call back."""

    name: str = ""
    phone: str = ""


def kept() -> PersonalData:
    """Tell what this city keeps of the people who book."""
    return personal_data_of(current_city().rules)


def note(*, booking_id: UUID, caller: CallerView, now: datetime) -> None:
    """Keep who called, where there is something to keep and the city keeps names."""
    if not (caller.name or caller.phone) or not kept().keeps_names:
        return
    sealed = vault.seal(fields={"name": caller.name, "phone": caller.phone}, place=PLACE, row=booking_id)
    row = Caller(booking_id=booking_id, sealed=sealed, created_at=now)
    # A second sending of the same form books nothing new, and the first answer stays.
    Caller.objects.bulk_create([row], ignore_conflicts=True)


def callers_of(*, booking_ids: Sequence[UUID]) -> Mapping[UUID, CallerView]:
    """Open who called for some bookings: the caller of this function records the reading."""
    rows = Caller.objects.filter(booking_id__in=booking_ids).values_list("booking_id", "sealed")
    return {booking: _opened(booking, bytes(sealed)) for booking, sealed in rows}


def forget_everybody() -> int:
    """Delete every caller, and count them."""
    return Caller.objects.all().delete()[0]


def forget_contacts() -> int:
    """Take the contacts of residents out of the bookings, and count the bookings."""
    return Booking.objects.exclude(contact_id=None).update(contact_id=None)


def _opened(booking_id: UUID, sealed: bytes) -> CallerView:
    fields = vault.open_sealed(sealed=sealed, place=PLACE, row=booking_id)
    return CallerView(name=str(fields["name"]), phone=str(fields["phone"]))
