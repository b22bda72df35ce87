"""Move a visit to another slot, or cancel it: the new place is held before the old one is given back."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import ExpressionWrapper, F, IntegerField, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import PickupCancelled, PickupMoved
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.places import queries as places
from madoguchi.residents import services as residents
from plugins.card_reservation.models import Booking, BookingPerson, OverCapacity, Slot
from plugins.card_reservation.queries.bookings import BookingNotFound, last_change_at
from plugins.card_reservation.queries.calendar import nearest_free
from plugins.card_reservation.queries.household import windows_for
from plugins.card_reservation.queries.values import Asking
from plugins.card_reservation.queries.windows import taking_bookings
from plugins.card_reservation.services import offers, returning, telling
from plugins.card_reservation.services.booking import Receipt, audience_of
from plugins.card_reservation.services.links import MANAGE
from plugins.card_reservation.services.refusals import BY_OUTCOME, KeyReused, PartyTooLarge, SlotClosed

__all__ = ["AlreadyCancelled", "BookingNotFound", "CutoffPassed", "cancel", "move"]


class CutoffPassed(DomainError):
    """It is too late to change by the web; the details name the phone of the place."""

    code = "cutoff_passed"
    message = _("インターネットで変更や取り消しができる時間を過ぎました。窓口へお電話ください。")


class AlreadyCancelled(DomainError):
    """A cancelled booking is not moved: book again."""

    code = "already_cancelled"
    message = _("この予約は取り消されています。")


def move(
    *, booking_id: UUID, slot_id: UUID, key: UUID, actor: Actor, now: datetime, beyond: str = ""
) -> Receipt:
    """Move a visit to another slot, or leave it untouched; a full one takes it for a stated reason alone.

    Raises BookingNotFound, AlreadyCancelled, CutoffPassed, KeyReused, AlreadyBooked for who did not come and
    booked anew since, PartyTooLarge, or a SlotRefused with the nearest free slots.
    """
    with transaction.atomic():
        booking = locked_booking(booking_id)
        if booking.move_key == key:
            return _first_answer(booking, slot_id)
        ensure_changeable(booking, actor, now)
        old = booking.slot
        if slot_id == old.id:
            return receipt_of(booking, old)
        # People before slots, as everywhere: whoever books for them right now waits, and not in a circle.
        returning.begin_again(booking)
        new = locked_slots(old.id, slot_id).get(slot_id)
        ensure_bookable(booking, new, slot_id, actor, now, beyond=beyond)
        assert new is not None
        shift(new.id, booking.party_size)
        _note_over(booking, new, beyond, actor, now)
        shift(old.id, -booking.party_size)
        Booking.objects.filter(pk=booking.pk).update(slot=new, move_key=key, changed_at=now)
        residents.prolong(purpose=MANAGE, subject=booking.id, expires_at=new.ends_at)
        _tell_moved(booking, old, new, actor, now)
        offers.offer_slot(slot_id=old.id, now=now)
    return receipt_of(booking, new)


def cancel(*, booking_id: UUID, actor: Actor, now: datetime) -> Receipt:
    """Cancel a visit and give its place back at once; a second time changes nothing.

    Raises BookingNotFound or CutoffPassed.
    """
    with transaction.atomic():
        booking = locked_booking(booking_id)
        slot = booking.slot
        if booking.state == Booking.State.CANCELLED:
            return receipt_of(booking, slot)
        ensure_changeable(booking, actor, now)
        close(booking, actor, now)
    return receipt_of(booking, slot)


def close(booking: Booking, actor: Actor, now: datetime, *, is_served: bool = False) -> None:
    """End a locked booking and give its place back at once: cancelled, or no longer needed."""
    slot, pickups = booking.slot, pickups_of(booking)
    BookingPerson.objects.filter(booking=booking, active=True).update(active=False)
    shift(slot.id, -booking.party_size)
    Booking.objects.filter(pk=booking.pk).update(
        state=Booking.State.CANCELLED, served_at=now if is_served else None, changed_at=now
    )
    action = "card_reservation.end_served" if is_served else "card_reservation.cancel"
    record(booking, action, actor, now, starts_at=slot.starts_at.isoformat())
    facts = telling.facts_of(booking, slot, pickups=pickups, is_told=False if is_served else None)
    outbox.publish(event=PickupCancelled(**facts, is_served=is_served), actor=actor, now=now)
    offers.offer_slot(slot_id=slot.id, now=now)


def locked_booking(booking_id: UUID) -> Booking:
    """Lock a booking.

    Raises BookingNotFound.
    """
    # Without a join: a booking that moves while we wait for it would vanish from one.
    booking = Booking.objects.select_for_update().filter(pk=booking_id).first()
    if booking is None:
        raise BookingNotFound(booking_id=booking_id)
    return booking


def locked_slots(*slot_ids: UUID) -> dict[UUID, Slot]:
    """Lock slots in the order in which everybody locks them."""
    found = Slot.objects.select_for_update().filter(pk__in=slot_ids).order_by("pk")
    return {slot.id: slot for slot in found}


def ensure_changeable(booking: Booking, actor: Actor, now: datetime) -> None:
    """Let a booking be changed by this actor.

    Raises AlreadyCancelled or CutoffPassed.
    """
    if booking.state == Booking.State.CANCELLED:
        raise AlreadyCancelled
    if actor.kind == "resident" and now >= last_change_at(booking, now=now):
        raise CutoffPassed(phone=places.place(booking.slot.place_id).phone)


def ensure_bookable(
    booking: Booking, new: Slot | None, slot_id: UUID, actor: Actor, now: datetime, *, beyond: str = ""
) -> None:
    """Let a locked slot take this booking with its present number of people.

    Raises a SlotRefused, or PartyTooLarge where no other time of the place would help.
    """
    if new is None:
        raise SlotClosed(slot_id=slot_id)
    outcome = _outcome(booking, new, actor, now)
    if outcome == "moved" or (outcome == "full" and beyond):
        return
    nearest: tuple[object, ...] = ()
    if outcome != "closed":
        nearest = tuple(
            nearest_free(
                place_id=new.place_id,
                after=new.starts_at,
                party_size=booking.party_size,
                now=now,
                audience=Asking(audience_of(actor), new.service_id),
            )
        )
    raise BY_OUTCOME[outcome](nearest=nearest, slot_id=slot_id)  # type: ignore[arg-type]


def _outcome(booking: Booking, new: Slot, actor: Actor, now: datetime) -> str:
    audience = audience_of(actor)
    rules = taking_bookings(audience=audience, now=now, service_id=new.service_id).get(new.place_id)
    if booking.slot.service_id != new.service_id:
        return "closed"
    is_hidden = audience == "resident" and not places.place(new.place_id).is_public
    if rules is None or is_hidden or not new.is_open:
        return "closed"
    if booking.party_size > rules.max_party:
        raise PartyTooLarge(largest=rules.max_party)
    if new.starts_at <= now:
        return "past"
    window = rules.window
    if audience == "resident":
        window = windows_for({new.place_id: rules}, pickups_of(booking))[new.place_id]
    if not window.has(new.day) or new.starts_at < rules.not_before(now):
        return "window"
    return "full" if new.booked + booking.party_size > new.capacity else "moved"


def shift(slot_id: UUID, by: int) -> None:
    """Take places of a locked slot, or give them back."""
    # The allowance is what stands beyond the capacity by name, and goes when those bookings go.
    over = ExpressionWrapper(F("booked") + by - F("capacity"), output_field=IntegerField())
    Slot.objects.filter(pk=slot_id).update(booked=F("booked") + by, allowance=Greatest(over, Value(0)))


def _note_over(booking: Booking, new: Slot, beyond: str, actor: Actor, now: datetime) -> None:
    OverCapacity.objects.filter(booking=booking).delete()
    if beyond and new.booked + booking.party_size > new.capacity:
        OverCapacity.objects.create(booking=booking, reason=beyond, allowed_at=now)
        record(booking, "card_reservation.over_capacity", actor, now, beyond_capacity=beyond)


def pickups_of(booking: Booking) -> tuple[UUID, ...]:
    """List who comes, in the order in which people are locked."""
    return tuple(booking.people.order_by("pickup").values_list("pickup", flat=True))


def _first_answer(booking: Booking, slot_id: UUID) -> Receipt:
    if booking.slot_id != slot_id:
        raise KeyReused
    return replace(receipt_of(booking, booking.slot), is_repeat=True)


def _tell_moved(booking: Booking, old: Slot, new: Slot, actor: Actor, now: datetime) -> None:
    record(
        booking,
        "card_reservation.move",
        actor,
        now,
        starts_at=new.starts_at.isoformat(),
        previous_starts_at=old.starts_at.isoformat(),
    )
    facts = telling.facts_of(booking, new, pickups=pickups_of(booking))
    outbox.publish(event=PickupMoved(**facts, previous_starts_at=old.starts_at), actor=actor, now=now)


def record(
    booking: Booking, action: str, actor: Actor, now: datetime, gone: tuple[UUID, ...] = (), /, **details: str
) -> None:
    """Write down what was done to a booking, with who comes and who has just left it."""
    audit.record(
        actor=actor,
        action=action,
        object_type="booking",
        object_ids=[str(booking.id), *map(str, (*pickups_of(booking), *gone))],
        details={"number": booking.number, **details},
        now=now,
    )


def receipt_of(booking: Booking, slot: Slot) -> Receipt:
    """Tell where a booking stands."""
    return Receipt(
        booking_id=booking.id,
        number=booking.number,
        starts_at=slot.starts_at,
        place_id=slot.place_id,
        party_size=booking.party_size,
    )
