"""Link somebody who booked without a notice to their card; two bookings of one person become one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import PickupLinked
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from plugins.card_reservation.models import Booking, BookingPerson, WithoutNotice
from plugins.card_reservation.queries.bookings import BookingNotFound, standing_booking_of
from plugins.card_reservation.services import moving, parties, telling
from plugins.card_reservation.services.verification import VerifiedPickup

Keep = Literal["this", "other"]


class NothingToLink(DomainError):
    """This person was linked or left meanwhile."""

    code = "nothing_to_link"
    message = _("この方は、すでに交付通知書と結び付いています。画面を開き直して確かめてください。")


class WouldDouble(DomainError):
    """The card has a booking of its own: one of the two has to go."""

    code = "link_would_double"
    message = _("この交付通知書には、別の予約があります。どちらの予約を残すか選んでください。")

    def __init__(self, *, other: UUID) -> None:
        super().__init__(other=other)
        self.other = other


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Which person of which booking is whose card."""

    booking_id: UUID
    pickup: UUID
    found: VerifiedPickup


def link(*, wanted: Link, actor: Actor, now: datetime) -> None:
    """Put the card in the place of the key of our own.

    Raises BookingNotFound, NothingToLink, AlreadyCancelled, or WouldDouble when the card has a booking.
    """
    with transaction.atomic():
        booking = _locked(wanted)
        other = standing_booking_of(pickup=wanted.found.pickup)
        if other is not None:
            raise WouldDouble(other=other)
        try:
            with transaction.atomic():
                _put(wanted)
        except IntegrityError as raced:
            # The resident booked in this very moment.
            other = standing_booking_of(pickup=wanted.found.pickup)
            if other is None:
                raise
            raise WouldDouble(other=other) from raced
        _tell(booking, wanted, actor, now)


def merge(*, wanted: Link, keep: Keep, actor: Actor, now: datetime) -> UUID:
    """Make one booking of two, and name the one that stays.

    The person leaves the other one, which is cancelled where nobody is left in it. Raises BookingNotFound,
    NothingToLink or AlreadyCancelled.
    """
    with transaction.atomic():
        other = standing_booking_of(pickup=wanted.found.pickup)
        # In the order of their keys, so that nobody waits in a circle.
        for key in sorted({wanted.booking_id, other or wanted.booking_id}):
            moving.locked_booking(key)
        booking = _locked(wanted)
        if other is None or other == booking.id:
            link(wanted=wanted, actor=actor, now=now)
            return booking.id
        gone, kept = (other, booking.id) if keep == "this" else (booking.id, other)
        leaving = wanted.found.pickup if keep == "this" else wanted.pickup
        _take_out(gone, leaving, actor, now)
        if keep == "this":
            _put(wanted)
            _tell(booking, wanted, actor, now)
        else:
            WithoutNotice.objects.filter(pickup=wanted.pickup).delete()
        _record_merge(kept, gone, wanted, actor, now)
    return kept


def _locked(wanted: Link) -> Booking:
    booking = Booking.objects.select_for_update().filter(pk=wanted.booking_id).first()
    if booking is None:
        raise BookingNotFound(booking_id=wanted.booking_id)
    if booking.state == Booking.State.CANCELLED:
        raise moving.AlreadyCancelled
    if not WithoutNotice.objects.filter(booking=booking, pickup=wanted.pickup).exists():
        raise NothingToLink
    return booking


def _put(wanted: Link) -> None:
    person = BookingPerson.objects.filter(booking_id=wanted.booking_id, pickup=wanted.pickup)
    person.update(pickup=wanted.found.pickup)
    WithoutNotice.objects.filter(pickup=wanted.pickup).delete()


def _take_out(booking_id: UUID, pickup: UUID, actor: Actor, now: datetime) -> None:
    try:
        parties.remove(booking_id=booking_id, pickup=pickup, actor=actor, now=now)
    except parties.LastPerson:
        moving.cancel(booking_id=booking_id, actor=actor, now=now)


def _tell(booking: Booking, wanted: Link, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="card_reservation.link_notice",
        object_type="booking",
        object_ids=[str(booking.id), str(wanted.found.pickup)],
        details={"number": booking.number},
        now=now,
    )
    facts = telling.facts_of(booking, booking.slot, pickups=(wanted.found.pickup,))
    outbox.publish(event=PickupLinked(**facts), actor=actor, now=now)


def _record_merge(kept: UUID, gone: UUID, wanted: Link, actor: Actor, now: datetime) -> None:
    numbers = dict(Booking.objects.filter(pk__in=[kept, gone]).values_list("pk", "number"))
    audit.record(
        actor=actor,
        action="card_reservation.merge",
        object_type="booking",
        object_ids=[str(kept), str(gone), str(wanted.found.pickup)],
        details={"number": numbers.get(kept, ""), "merged_number": numbers.get(gone, "")},
        now=now,
    )
