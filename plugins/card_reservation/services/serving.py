"""A card that goes to its holder before the booked day ends the visit for them; taken back, it returns.

The visit is ended, not deleted, so that taking the hand-over back can be a new event that gives it back: with
its number, at its time, as long as that time lies ahead and has room. Nobody loses a place for it, and
nothing goes beyond the capacity: whoever was offered the place meanwhile keeps it, and staff book anew.
No mail speaks of either: the holder stands at the counter.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import PickupBooked, Served
from madoguchi.ledger.audit.actors import Actor, actor_from
from madoguchi.ledger.outbox import services as outbox
from madoguchi.residents import services as residents
from plugins.card_reservation.models import Booking
from plugins.card_reservation.queries import bookings
from plugins.card_reservation.queries.services import is_for_cards
from plugins.card_reservation.services import moving, parties, returning, waiting_list
from plugins.card_reservation.services.links import MANAGE, START
from plugins.card_reservation.services.telling import facts_of, telling
from plugins.card_reservation.services.verification import VerifiedPickup

MOST_LOOKS: Final = 3


def settle(*, served: Served, now: datetime) -> bool:
    """End the visit of whoever has the card, or give it back with the card; tell whether there was one."""
    actor = actor_from(kind=served.by.kind, number=served.by.id, name=served.by.name)
    change = give_back if served.is_taken_back else end_visit
    is_settled = change(pickup=served.pickup, actor=actor, now=now)
    if served.is_taken_back:
        return is_settled
    # A link of a mail asks nobody any more whether the card still waits.
    residents.prolong(purpose=START, subject=served.pickup, expires_at=now)
    if not is_settled:
        waiting_list.note_served(pickup=served.pickup, actor=actor, now=now)
    return is_settled


def end_visit(*, pickup: UUID, actor: Actor, now: datetime) -> bool:
    """End the visit for which a card is no longer waited, and tell whether there was one ahead.

    On the booked day itself the visit is kept: it has come, and is marked at the desk.
    """
    with transaction.atomic():
        _forget_earlier(pickup, now)
        booking = _locked_visit_of(pickup)
        if booking is None or not _is_ahead(booking, now):
            return False
        Booking.objects.filter(pk=booking.pk).update(served=[*booking.served, pickup])
        if booking.party_size == 1:
            moving.close(booking, actor, now, is_served=True)
        else:
            with telling(is_told=False):
                parties.remove(booking_id=booking.pk, pickup=pickup, actor=actor, now=now)
            moving.record(booking, "card_reservation.leave_served", actor, now, (pickup,))
    return True


def give_back(*, pickup: UUID, actor: Actor, now: datetime) -> bool:
    """Give somebody the visit back that a hand-over ended; false where its time is over, full or closed."""
    with transaction.atomic():
        ended = served_to(pickup).filter(slot__starts_at__gt=now)
        found = ended.order_by("-changed_at").values_list("pk", flat=True).first()
        if found is None:
            return False
        booking = moving.locked_booking(found)
        if pickup not in booking.served:
            return False
        is_back = _try_again(booking, pickup, actor, now)
        # Where it does not return and nobody has a card any more, the visit reads as cancelled.
        others = [each for each in booking.served if each != pickup]
        served_at = booking.served_at if others and not is_back else None
        Booking.objects.filter(pk=booking.pk).update(served=others, served_at=served_at)
    return is_back


def _forget_earlier(pickup: UUID, now: datetime) -> None:
    # An earlier hand-over of a card that came back since is nothing that taking this one back undoes.
    earlier = served_to(pickup).filter(slot__starts_at__gt=now)
    for key in earlier.order_by("pk").values_list("pk", flat=True):
        booking = moving.locked_booking(key)
        others = [each for each in booking.served if each != pickup]
        Booking.objects.filter(pk=key).update(served=others)


def served_to(pickup: UUID) -> "QuerySet[Booking]":
    """Find the visits that a hand-over to somebody has ended; both conditions together name the index."""
    return Booking.objects.exclude(served=[]).filter(served__contains=[pickup])


def _locked_visit_of(pickup: UUID) -> Booking | None:
    """Lock the visit that somebody comes to; who joins another while we wait for the lock is followed."""
    for _look in range(MOST_LOOKS):
        found = bookings.standing_booking_of(pickup=pickup)
        if found is None:
            return None
        booking = moving.locked_booking(found)
        if booking.people.filter(pickup=pickup, active=True).exists():
            return booking
    return None


def _is_ahead(booking: Booking, now: datetime) -> bool:
    slot = booking.slot
    is_standing = booking.state == Booking.State.ACTIVE and is_for_cards(slot.service_id)
    return is_standing and slot.day > clock.local(now).date()


def _try_again(booking: Booking, pickup: UUID, actor: Actor, now: datetime) -> bool:
    try:
        with transaction.atomic(), telling(is_told=False):
            if booking.people.filter(pickup=pickup).exists():
                _reopen(booking, actor, now)
            else:
                person = VerifiedPickup(pickup=pickup, reference="")
                parties.add(booking_id=booking.pk, person=person, actor=actor, now=now)
    except DomainError:
        return False
    return True


def _reopen(booking: Booking, actor: Actor, now: datetime) -> None:
    returning.begin_again(booking)
    slot = moving.locked_slots(booking.slot_id).get(booking.slot_id)
    moving.ensure_bookable(booking, slot, booking.slot_id, actor, now)
    assert slot is not None
    moving.shift(slot.id, booking.party_size)
    Booking.objects.filter(pk=booking.pk).update(state=Booking.State.ACTIVE, changed_at=now)
    residents.prolong(purpose=MANAGE, subject=booking.id, expires_at=slot.ends_at)
    moving.record(booking, "card_reservation.reopen", actor, now, starts_at=slot.starts_at.isoformat())
    facts = facts_of(booking, slot, pickups=moving.pickups_of(booking), is_told=False)
    outbox.publish(event=PickupBooked(**facts), actor=actor, now=now)
