"""Who came and who did not: a mark beside the booking, taken back as easily as made."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import VisitMarked
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from plugins.card_reservation.models import Booking
from plugins.card_reservation.queries.bookings import BookingNotFound
from plugins.card_reservation.services.moving import AlreadyCancelled
from plugins.card_reservation.services.telling import facts_of

Visit = Literal["", "arrived", "absent"]


class NotToday(DomainError):
    """Nobody has come before the day."""

    code = "visit_not_today"
    message = _("来庁の印を付けられるのは、予約の日からです。")


class NotYetAbsent(DomainError):
    """Somebody whose time has not come may still come."""

    code = "visit_not_yet_absent"
    message = _("予約の時間になるまでは「来なかった」にできません。")


def mark(*, booking_id: UUID, visit: Visit, actor: Actor, now: datetime, eyes: Eyes) -> str:
    """Mark a booking as come or not come; return the mark it had.

    Raises BookingNotFound, AlreadyCancelled, NotToday and NotYetAbsent.
    """
    with transaction.atomic():
        booking = _locked(booking_id)
        if not eyes.has_place(booking.slot.place_id):
            raise BookingNotFound(booking_id=booking_id)
        before = booking.visit
        if before == visit:
            return before
        _check(booking, visit, now)
        _write(booking, visit, actor, now)
    return before


def put_back(*, booking_id: UUID, before: str, after: str, actor: Actor, now: datetime) -> None:
    """Give a booking the mark it had.

    Raises MovedOn when somebody has marked or cancelled it since.
    """
    with transaction.atomic():
        booking = _locked(booking_id)
        if booking.visit != after or booking.state == Booking.State.CANCELLED:
            raise MovedOn
        _write(booking, before, actor, now)


def _locked(booking_id: UUID) -> Booking:
    booking = Booking.objects.select_for_update().filter(pk=booking_id).first()
    if booking is None:
        raise BookingNotFound(booking_id=booking_id)
    return booking


def _check(booking: Booking, visit: Visit, now: datetime) -> None:
    if booking.state == Booking.State.CANCELLED:
        raise AlreadyCancelled
    slot = booking.slot
    if visit and slot.day > clock.local(now).date():
        raise NotToday
    if visit == "absent" and slot.starts_at > now:
        raise NotYetAbsent


def _write(booking: Booking, visit: str, actor: Actor, now: datetime) -> None:
    before = booking.visit
    booking.visit, booking.visit_at = visit, now if visit else None
    booking.save(update_fields=["visit", "visit_at"])
    audit.record(
        actor=actor,
        action="card_reservation.mark_visit",
        object_type="booking",
        object_ids=[str(booking.id)],
        details={"number": booking.number, "from": before or "none", "to": visit or "none"},
        now=now,
    )
    _tell(booking, visit, actor, now)


def _tell(booking: Booking, visit: str, actor: Actor, now: datetime) -> None:
    people = tuple(booking.people.order_by("position").values_list("pickup", flat=True))
    facts = facts_of(booking, booking.slot, pickups=people)
    outbox.publish(event=VisitMarked(**facts, visit=visit), actor=actor, now=now)
