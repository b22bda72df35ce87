"""Whether a card can be where and when its holder is to come: residents wait for it, staff are warned.

Staff may know better, of a messenger or a parcel under way: they say why, and the audit keeps it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.dates import short_era_date
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.queries import household
from plugins.card_reservation.queries.bookings import describe
from plugins.card_reservation.queries.windows import taking_bookings
from plugins.card_reservation.services import moving
from plugins.card_reservation.services.booking import Receipt


@dataclass(frozen=True, slots=True)
class Concern:
    """Why a card may not be there in time: it has not come to the city, or travels until a later day."""

    has_come: bool
    brought_on: date | None = None

    def __str__(self) -> str:
        if not self.has_come:
            return _("カードがまだ市に届いていません（受入前）。")
        if self.brought_on is None:
            return _("カードは別の場所にあり、予約日までにこの場所へ届きません。")
        day = short_era_date(self.brought_on)
        return _("カードは別の場所にあり、この場所に届くのは早くて %(day)s です。") % {"day": day}


class CardNotThere(DomainError):
    """The card cannot be at the place by the day; staff book all the same for a stated reason alone."""

    code = "card_not_there"

    def __init__(self, *, concern: Concern) -> None:
        super().__init__()
        self.concern = concern

    def __str__(self) -> str:
        ask = _("日か場所を変えてください。それでも予約するときは、理由を書いてください。")
        return f"{self.concern}{ask}"


def concern_of(*, slot_id: UUID, pickups: Sequence[UUID], now: datetime) -> Concern | None:
    """Tell why the cards of these people may be late; nothing where they are there, or nobody knows."""
    slot = Slot.objects.filter(pk=slot_id).first()
    if slot is None or not pickups:
        return None
    if not all(each.has_come for each in describe(tuple(pickups), eyes=EVERYTHING).values()):
        return Concern(has_come=False)
    rules = taking_bookings(audience="staff", now=now, service_id=slot.service_id).get(slot.place_id)
    if rules is None or not rules.transport_days:
        return None
    if all(place == slot.place_id for place in household.whereabouts(pickups).values()):
        return None
    brought_on = rules.with_transport.earliest
    is_in_time = brought_on is not None and brought_on <= slot.day
    return None if is_in_time else Concern(has_come=True, brought_on=brought_on)


def keep_to(
    act: Callable[[], Receipt],
    /,
    *,
    pickups: Sequence[UUID] | None = None,
    in_spite: str,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Do to a booking what staff want where the cards can be there by the day, or where they say why.

    Without pick-ups everybody's card counts. What was done before is answered as before. Raises CardNotThere,
    and whatever the act raises.
    """
    with transaction.atomic():
        done = act()
        if done.is_repeat:
            return done
        booking = moving.locked_booking(done.booking_id)
        wanted = moving.pickups_of(booking) if pickups is None else pickups
        concern = concern_of(slot_id=booking.slot_id, pickups=wanted, now=now)
        if concern is not None:
            if not in_spite.strip():
                raise CardNotThere(concern=concern)
            _note(booking, concern, in_spite, actor, now)
    return done


def _note(booking: Booking, concern: Concern, in_spite: str, actor: Actor, now: datetime) -> None:
    brought_on = concern.brought_on.isoformat() if concern.brought_on else ""
    details = {"in_spite": in_spite.strip(), "brought_on": brought_on}
    said = {name: text for name, text in details.items() if text}
    moving.record(booking, "card_reservation.before_card", actor, now, **said)
