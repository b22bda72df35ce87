"""Who comes together: a relative joins a visit, stays at home, or gives up a visit of their own for it.

Locks go as everywhere: bookings (by key), people, slots (by key).
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import PickupCancelled, PickupPartyChanged
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.residents import services as residents
from plugins.card_reservation.models import Booking, BookingPerson, Slot
from plugins.card_reservation.queries.bookings import standing_booking_of
from plugins.card_reservation.queries.windows import taking_bookings
from plugins.card_reservation.services import moving, offers, telling
from plugins.card_reservation.services.booking import Receipt, audience_of
from plugins.card_reservation.services.links import MANAGE
from plugins.card_reservation.services.refusals import AlreadyBooked, PartyTooLarge, SlotClosed
from plugins.card_reservation.services.verification import VerifiedPickup

LARGEST = 5


class LastPerson(DomainError):
    """A visit without anybody is a cancelled visit."""

    code = "last_person"
    message = _("予約に入っている方は1人だけです。来られないときは、予約を取り消してください。")


class NotInParty(DomainError):
    """This person does not belong to the visit (any more)."""

    code = "not_in_party"
    message = _("この方は、この予約に入っていません。画面を開き直してください。")


def add(
    *, booking_id: UUID, person: VerifiedPickup, actor: Actor, now: datetime, slot_id: UUID | None = None
) -> Receipt:
    """Let one more person come along, at the time that is booked or, all together, at another.

    A second time changes nothing. Raises AlreadyBooked, PartyTooLarge, CutoffPassed, AlreadyCancelled,
    BookingNotFound, or a SlotRefused with times at which everybody fits.
    """
    with transaction.atomic():
        booking = moving.locked_booking(booking_id)
        moving.ensure_changeable(booking, actor, now)
        if booking.people.filter(pickup=person.pickup, active=True).exists():
            return replace(moving.receipt_of(booking, booking.slot), is_repeat=True)
        return _take_in(booking, person.pickup, slot_id or booking.slot_id, actor, now)


def remove(*, booking_id: UUID, pickup: UUID, actor: Actor, now: datetime) -> Receipt:
    """Let one person of a visit stay at home and give the place back at once.

    Raises LastPerson, NotInParty, CutoffPassed, AlreadyCancelled or BookingNotFound.
    """
    with transaction.atomic():
        booking = moving.locked_booking(booking_id)
        moving.ensure_changeable(booking, actor, now)
        if not booking.people.filter(pickup=pickup, active=True).exists():
            raise NotInParty
        if booking.party_size == 1:
            raise LastPerson
        _let_go(booking, pickup, actor, now)
        offers.offer_slot(slot_id=booking.slot_id, now=now)
    return moving.receipt_of(booking, booking.slot)


def merge(*, booking_id: UUID, pickup: UUID, actor: Actor, now: datetime) -> Receipt:
    """Let somebody with a visit of their own come along instead: one visit, never two, or all as before.

    Raises what adding and cancelling raise, and NotInParty where there is nothing to merge.
    """
    with transaction.atomic():
        other_id = standing_booking_of(pickup=pickup)
        if other_id is None:
            raise NotInParty
        booking, other = _locked_both(booking_id, other_id)
        if booking.pk == other.pk:
            return replace(moving.receipt_of(booking, booking.slot), is_repeat=True)
        for each in (booking, other):
            moving.ensure_changeable(each, actor, now)
        if not other.people.filter(pickup=pickup, active=True).exists():
            raise NotInParty
        moving.locked_slots(booking.slot_id, other.slot_id)
        _leave(other, pickup, actor, now)
        receipt = _take_in(booking, pickup, booking.slot_id, actor, now)
        offers.offer_slot(slot_id=other.slot_id, now=now)
    return receipt


def _locked_both(first: UUID, second: UUID) -> tuple[Booking, Booking]:
    found = {key: moving.locked_booking(key) for key in sorted({first, second})}
    return found[first], found[second]


def _take_in(booking: Booking, pickup: UUID, slot_id: UUID, actor: Actor, now: datetime) -> Receipt:
    rules = taking_bookings(audience=audience_of(actor), now=now, service_id=booking.slot.service_id)
    largest = max((place.max_party for place in rules.values()), default=LARGEST)
    if booking.party_size >= largest:
        raise PartyTooLarge(largest=largest)
    position = max(booking.people.values_list("position", flat=True), default=0) + 1
    newcomer = BookingPerson(booking=booking, pickup=pickup, position=position)
    BookingPerson.objects.bulk_create([newcomer], ignore_conflicts=True)
    if not booking.people.filter(pickup=pickup, active=True).exists():
        raise AlreadyBooked
    old, before = booking.slot, booking.party_size
    slots = moving.locked_slots(old.id, slot_id)
    new = slots.get(slot_id)
    if new is None:
        raise SlotClosed(slot_id=slot_id)
    booking.party_size = before + 1
    # The places that the party has are the party's to sit on again.
    new.booked -= before if new.pk == old.pk else 0
    moving.ensure_bookable(booking, new, slot_id, actor, now)
    moving.shift(old.id, -before)
    moving.shift(new.id, booking.party_size)
    _keep(booking, new, now)
    _tell(booking, new, actor, now, joined=(pickup,))
    if new.pk != old.pk:
        residents.prolong(purpose=MANAGE, subject=booking.id, expires_at=new.ends_at)
        offers.offer_slot(slot_id=old.id, now=now)
    return moving.receipt_of(booking, new)


def _keep(booking: Booking, slot: Slot, now: datetime) -> None:
    booking.slot, booking.changed_at = slot, now
    booking.save(update_fields=["slot", "party_size", "changed_at"])


def _let_go(booking: Booking, pickup: UUID, actor: Actor, now: datetime) -> None:
    booking.people.filter(pickup=pickup).delete()
    moving.shift(booking.slot_id, -1)
    booking.party_size -= 1
    _keep(booking, booking.slot, now)
    _tell(booking, booking.slot, actor, now, left=(pickup,))


def _leave(other: Booking, pickup: UUID, actor: Actor, now: datetime) -> None:
    """Take somebody out of a visit, and cancel it when nobody is left: no mail speaks of a lost visit."""
    if other.party_size > 1:
        _let_go(other, pickup, actor, now)
        return
    other.people.filter(active=True).update(active=False)
    moving.shift(other.slot_id, -1)
    other.state, other.changed_at = Booking.State.CANCELLED, now
    other.save(update_fields=["state", "changed_at"])
    moving.record(other, "card_reservation.cancel", actor, now, starts_at=other.slot.starts_at.isoformat())
    facts = telling.facts_of(other, other.slot, pickups=(pickup,), is_told=False)
    outbox.publish(event=PickupCancelled(**facts), actor=actor, now=now)


def _tell(
    booking: Booking,
    slot: Slot,
    actor: Actor,
    now: datetime,
    *,
    joined: tuple[UUID, ...] = (),
    left: tuple[UUID, ...] = (),
) -> None:
    action = "card_reservation.join_party" if joined else "card_reservation.leave_party"
    moving.record(booking, action, actor, now, left, starts_at=slot.starts_at.isoformat())
    facts = telling.facts_of(booking, slot, pickups=moving.pickups_of(booking))
    outbox.publish(event=PickupPartyChanged(**facts, joined=joined, left=left), actor=actor, now=now)
