"""An answer to an offer: the held place becomes a booking, or goes to the next in line.

Locks: the entry, its offer, then bookings, people and slots as everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from plugins.card_reservation.models import Booking, BookingPerson, Slot, WaitingEntry, WaitingOffer
from plugins.card_reservation.queries import cautions
from plugins.card_reservation.rules.cautions import are_all_ticked
from plugins.card_reservation.rules.requests import fingerprint
from plugins.card_reservation.services import moving, offers, telling, waiting_list
from plugins.card_reservation.services.booking import Receipt
from plugins.card_reservation.services.numbering import next_number
from plugins.card_reservation.services.refusals import (
    AlreadyBooked,
    CautionsMissing,
    SlotClosed,
    ensure_bookings_are_taken,
)


class OfferOver(DomainError):
    """The place was held until a moment that has passed, or the offer was answered before."""

    code = "offer_over"
    status = 410
    message = _("この時間をお取りしておく期限が過ぎました。次の方にご案内しています。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """The cautions that were ticked, with the version that was shown."""

    codes: tuple[str, ...] = ()
    version: str = ""


def accept(*, offer_id: UUID, ticks: Ticks, actor: Actor, now: datetime) -> Receipt:
    """Turn a held place into a booking, or move the booking there; again gives the same answer.

    Raises OfferOver, CautionsMissing, AlreadyBooked, SlotClosed, NoNewBookings, or what moving raises.
    """
    with transaction.atomic():
        offer, entry = _locked(offer_id)
        if offer.state == WaitingOffer.State.TAKEN and entry.booking_id is not None:
            booking = moving.locked_booking(entry.booking_id)
            return moving.receipt_of(booking, booking.slot)
        if offer.state != WaitingOffer.State.OPEN or offer.held_until <= now:
            raise OfferOver
        if not offer.slot.is_open:
            raise SlotClosed(slot_id=offer.slot_id)
        if entry.booking_id is not None:
            receipt = _move(offer, entry.booking_id, actor, now)
        else:
            receipt = _book(offer, entry, ticks, actor, now)
            entry.booking_id = receipt.booking_id
            entry.save(update_fields=["booking"])
        waiting_list.end(entry=entry, state=WaitingEntry.State.BOOKED, now=now)
    return receipt


def decline(*, offer_id: UUID, actor: Actor, now: datetime) -> None:
    """Let the next have the held place and go on waiting for another; again changes nothing."""
    with transaction.atomic():
        offer, entry = _locked(offer_id)
        if offer.state != WaitingOffer.State.OPEN:
            return
        offers.release(offer=offer, state=WaitingOffer.State.DECLINED, now=now)
        entry.state, entry.unanswered, entry.changed_at = WaitingEntry.State.WAITING, 0, now
        entry.save(update_fields=["state", "unanswered", "changed_at"])
        audit.record(
            actor=actor,
            action="card_reservation.decline_offer",
            object_type="waiting_entry",
            object_ids=[str(entry.pk), str(offer.pk)],
            now=now,
        )
        offers.offer_slot(slot_id=offer.slot_id, now=now)


def _locked(offer_id: UUID) -> tuple[WaitingOffer, WaitingEntry]:
    found = waiting_list.locked_with_offer(offer_id=offer_id)
    if found is None:
        raise OfferOver
    return found


def _move(offer: WaitingOffer, booking_id: UUID, actor: Actor, now: datetime) -> Receipt:
    booking = moving.locked_booking(booking_id)
    moving.locked_slots(booking.slot_id, offer.slot_id)
    offers.release(offer=offer, state=WaitingOffer.State.TAKEN, now=now)
    # Nobody comes between: both slots are locked until the move is done.
    return moving.move(booking_id=booking_id, slot_id=offer.slot_id, key=offer.pk, actor=actor, now=now)


def _book(offer: WaitingOffer, entry: WaitingEntry, ticks: Ticks, actor: Actor, now: datetime) -> Receipt:
    ensure_bookings_are_taken()
    in_force = cautions(service_id=offer.slot.service_id)
    if ticks.version != in_force.version or not are_all_ticked(required=in_force.codes, ticked=ticks.codes):
        raise CautionsMissing
    pickups = tuple(entry.people.order_by("position").values_list("pickup", flat=True))
    slot = offer.slot
    booking = Booking.objects.create(
        number=next_number(),
        slot=slot,
        party_size=offer.party_size,
        contact_id=entry.contact_id,
        channel="web",
        key=offer.pk,
        request_hash=fingerprint(
            slot_id=slot.pk, pickups=pickups, contact_id=entry.contact_id, channel="web"
        ),
        cautions_version=in_force.version,
        created_at=now,
        changed_at=now,
    )
    _seat(booking, pickups)
    # What was held is what is booked: the count of the slot stays as it is.
    offer.state, offer.answered_at = WaitingOffer.State.TAKEN, now
    offer.save(update_fields=["state", "answered_at"])
    _tell(booking, slot, pickups, actor, now)
    return moving.receipt_of(booking, slot)


def _seat(booking: Booking, pickups: Sequence[UUID]) -> None:
    rows = [
        BookingPerson(booking=booking, pickup=pickup, position=pickups.index(pickup))
        for pickup in sorted(pickups)
    ]
    BookingPerson.objects.bulk_create(rows, ignore_conflicts=True)
    if booking.people.count() < len(rows):
        raise AlreadyBooked


def _tell(booking: Booking, slot: Slot, pickups: tuple[UUID, ...], actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="card_reservation.book",
        object_type="booking",
        object_ids=[str(booking.pk), *map(str, sorted(pickups))],
        details={"number": booking.number, "channel": "web", "party_size": booking.party_size},
        now=now,
    )
    event = PickupBooked(**telling.facts_of(booking, slot, pickups=tuple(sorted(pickups))))
    outbox.publish(event=event, actor=actor, now=now)
