"""Who called, for a call back: kept apart from the bookings, and nowhere in a city that keeps no names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import NAME
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_reservation.declarations.permissions import CALLER_PHONE
from plugins.card_reservation.models import Booking, Caller
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.queries.values import BoardPerson, BoardRow

PLACE: Final = "card_reservation_caller.sealed"


@dataclass(frozen=True, kw_only=True)
class CallerView:
    """Who called, and where to call back."""

    name: str = ""
    phone: str = ""


@transaction.atomic
def note(*, booking_id: UUID, caller: CallerView, actor: Actor, now: datetime) -> None:
    """Keep who called, or forget it where both are empty; nothing in a city that keeps no names."""
    if not kept().keeps_names:
        return
    Caller.objects.filter(booking_id=booking_id).delete()
    if caller.name or caller.phone:
        sealed = vault.seal(fields={"name": caller.name, "phone": caller.phone}, place=PLACE, row=booking_id)
        Caller.objects.create(booking_id=booking_id, sealed=sealed, created_at=now)
    audit.record(
        actor=actor,
        action="card_reservation.note_caller",
        object_type="booking",
        object_ids=[str(booking_id)],
        now=now,
    )


def callers_of(*, booking_ids: Sequence[UUID], eyes: Eyes) -> Mapping[UUID, CallerView]:
    """Open who called for some bookings, for a reader: whoever asks records the reading."""
    rows = Caller.objects.filter(booking_id__in=booking_ids).values_list("booking_id", "sealed")
    return {booking: _opened(booking, bytes(sealed), eyes) for booking, sealed in rows}


def named(*, rows: Sequence[BoardRow], eyes: Eyes) -> list[BoardRow]:
    """Name those who booked without a notice as they did on the telephone: whoever asks records the reading.

    On the day itself the counter calls people by their names, and no card tells these.
    """
    called = callers_of(booking_ids=[row.booking_id for row in rows if row.has_no_notice], eyes=eyes)
    return [replace(row, people=named_after(row.people, called.get(row.booking_id))) for row in rows]


def named_after(people: Sequence[BoardPerson], caller: CallerView | None) -> Sequence[BoardPerson]:
    """Name the first of a party after whoever called, where no card tells anybody's name."""
    if caller is None or not people or any(each.name for each in people):
        return people
    first, *others = people
    return (replace(first, name=caller.name), *others)


def forget_everybody() -> int:
    """Delete every caller, and count them."""
    return Caller.objects.all().delete()[0]


def forget_contacts() -> int:
    """Take the contacts of residents out of the bookings, and count the bookings."""
    return Booking.objects.exclude(contact_id=None).update(contact_id=None)


def _opened(booking_id: UUID, sealed: bytes, eyes: Eyes) -> CallerView:
    fields = vault.open_sealed(sealed=sealed, place=PLACE, row=booking_id)
    phone = "" if eyes.hides(NAME) else eyes.text(CALLER_PHONE, str(fields["phone"]))
    return CallerView(name=eyes.text(NAME, str(fields["name"])), phone=phone)
