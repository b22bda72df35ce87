"""Waiting for a place: join the line, leave it, and what happens when nobody answers.

Locks: the entry before its offer, for whoever makes an offer holds the entry alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.errors import DomainError, Invalid
from madoguchi.hooks.contracts.bookings import PickupBooked, PickupCancelled, PickupPartyChanged
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.places import queries as places
from madoguchi.preferences import queries as preferences
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.models import (
    PICKUP_ID,
    BookingPerson,
    WaitingEntry,
    WaitingOffer,
    WaitingPerson,
)
from plugins.card_reservation.queries.services import is_for_cards
from plugins.card_reservation.queries.waiting import EntryNotFound
from plugins.card_reservation.queries.windows import taking_bookings
from plugins.card_reservation.services import offers, waiting_letters
from plugins.card_reservation.services.refusals import (
    AlreadyBooked,
    PartyTooLarge,
    ensure_bookings_are_taken,
)

LONGEST = timedelta(days=62)
MOST_UNANSWERED = 2
STANDING = (WaitingEntry.State.WAITING, WaitingEntry.State.OFFERED)


class NoWaitingList(DomainError):
    """This city, or this place, keeps no list of those who wait."""

    code = "no_waiting_list"
    message = _("この場所では、キャンセル待ちを受け付けていません。")


class AlreadyWaiting(DomainError):
    """Somebody of the party waits already, together with others."""

    code = "already_waiting"
    message = _(
        "この中に、すでにキャンセル待ちに入っている方がいます。"
        "届いているメールのリンクから、先にキャンセル待ちをやめてください。"
    )


class DaysImpossible(Invalid):
    """These days are in the wrong order, over, too many or not yet bookable."""

    code = "waiting_days_impossible"
    message = _("この期間は選べません。予約を受け付けている期間の中から、2か月以内で選んでください。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Where, and between which days, a party would come."""

    place_id: UUID
    first_day: date
    last_day: date
    part: str = ""
    service_id: UUID = PICKUP_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """Who waits, where the mails go, and the booking they have meanwhile."""

    pickups: tuple[UUID, ...]
    contact_id: UUID
    booking_id: UUID | None = None


def is_offered() -> bool:
    """Tell whether this city keeps a line at all."""
    return preferences.current(BookingSettings).has_waiting_list


def join(*, wish: Wish, waiter: Waiter, actor: Actor, now: datetime) -> str:
    """Let a party wait, and give the token of its page; the same people again change their wish.

    Raises NoWaitingList, NoNewBookings, PartyTooLarge, DaysImpossible, AlreadyBooked or AlreadyWaiting.
    """
    ensure_bookings_are_taken()
    _check(wish, waiter, now)
    with transaction.atomic():
        _leave_own(waiter, actor, now)
        entry = WaitingEntry.objects.create(
            place_id=wish.place_id,
            service_id=wish.service_id,
            first_day=wish.first_day,
            last_day=wish.last_day,
            part=wish.part,
            party_size=len(waiter.pickups),
            contact_id=waiter.contact_id,
            booking_id=waiter.booking_id,
            joined_at=now,
            changed_at=now,
        )
        _seat(entry, waiter.pickups)
        _record(entry, "card_reservation.join_waiting_list", actor, now)
        token = waiting_letters.confirm(entry=entry, now=now)
    offers.offer_everything(now=now, entry_id=entry.pk)
    return token


def leave(*, entry_id: UUID, actor: Actor, now: datetime) -> bool:
    """Take a party out of the line, let the next have what was held, and tell whether it stood there.

    Raises EntryNotFound.
    """
    with transaction.atomic():
        entry, offer = _locked(entry_id)
        if entry.state not in STANDING:
            return False
        end(entry=entry, state=WaitingEntry.State.LEFT, now=now)
        _record(entry, "card_reservation.leave_waiting_list", actor, now)
        if offer is not None:
            offers.release(offer=offer, state=WaitingOffer.State.DECLINED, now=now)
            offers.offer_slot(slot_id=offer.slot_id, now=now)
    return True


def come_back(*, entry_id: UUID, actor: Actor, now: datetime) -> None:
    """Put a party that was taken out where it stood before; what was held for it has gone to the next.

    Raises MovedOn when it waits or comes otherwise by now, or its days are over.
    """
    with transaction.atomic():
        entry = WaitingEntry.objects.select_for_update().filter(pk=entry_id).first()
        if entry is None:
            raise MovedOn
        pickups = list(entry.people.order_by("position").values_list("pickup", flat=True))
        if entry.state != WaitingEntry.State.LEFT or not _may_wait(entry, pickups, clock.local(now).date()):
            raise MovedOn
        entry.state, entry.changed_at = WaitingEntry.State.WAITING, now
        entry.save(update_fields=["state", "changed_at"])
        entry.people.all().delete()
        # Somebody who joins another line at this very moment was quicker: this one stays as it was.
        try:
            _seat(entry, tuple(pickups))
        except AlreadyWaiting as taken:
            raise MovedOn from taken
        _record(entry, "card_reservation.join_waiting_list", actor, now)
    offers.offer_everything(now=now, entry_id=entry.pk)


def _may_wait(entry: WaitingEntry, pickups: Sequence[UUID], today: date) -> bool:
    """Tell whether nothing has changed for a party since it stood in line."""
    elsewhere = BookingPerson.objects.filter(pickup__in=pickups, active=True)
    if entry.booking_id is None:
        return entry.last_day >= today and not elsewhere.exists()
    standing = elsewhere.filter(booking_id=entry.booking_id).count()
    return entry.last_day >= today and standing == elsewhere.count() == len(pickups)


def go_on(*, now: datetime) -> int:
    """Let unanswered offers lapse, end waits that are over, and offer what is free; count the offers."""
    due = WaitingOffer.objects.filter(state=WaitingOffer.State.OPEN, held_until__lte=now)
    for offer_id in due.order_by("held_until").values_list("pk", flat=True):
        _lapse(offer_id, now)
    _end_over(now)
    return offers.offer_everything(now=now)


def end(*, entry: WaitingEntry, state: str, now: datetime) -> None:
    """Close an entry: its people may wait anew."""
    entry.state, entry.changed_at = state, now
    entry.save(update_fields=["state", "changed_at"])
    entry.people.filter(active=True).update(active=False)


def note_booked(*, event: PickupBooked, key: UUID, actor: Actor, now: datetime) -> None:
    """Let whoever found a time by themselves out of the line."""
    for entry_id in _waiting(event.pickups):
        leave(entry_id=entry_id, actor=SYSTEM, now=now)


def leave_with(*, booking_ids: Sequence[UUID], actor: Actor, now: datetime) -> None:
    """End the waits of bookings that are about to be removed, and give back what is held for them."""
    waiting = WaitingEntry.objects.filter(booking_id__in=booking_ids, state__in=STANDING)
    for entry_id in waiting.order_by("pk").values_list("pk", flat=True):
        leave(entry_id=entry_id, actor=actor, now=now)


def note_cancelled(*, event: PickupCancelled, key: UUID, actor: Actor, now: datetime) -> None:
    """Whoever gave up a visit no longer waits for an earlier one."""
    leave_with(booking_ids=[event.booking_id], actor=SYSTEM, now=now)


def note_party(*, event: PickupPartyChanged, key: UUID, actor: Actor, now: datetime) -> None:
    """Wait for an earlier time with the people who come now."""
    for entry_id in _waiting(event.joined):
        if not WaitingEntry.objects.filter(pk=entry_id, booking_id=event.booking_id).exists():
            leave(entry_id=entry_id, actor=SYSTEM, now=now)
    waiting = WaitingEntry.objects.filter(booking_id=event.booking_id, state__in=STANDING)
    for entry_id in waiting.values_list("pk", flat=True):
        _change_party(entry_id, event.pickups, SYSTEM, now)


def note_served(*, pickup: UUID, actor: Actor, now: datetime) -> None:
    """Let whoever has the card already out of the line; those who wait with them wait on."""
    waiting = WaitingEntry.objects.filter(pk__in=_waiting([pickup]), booking=None)
    for entry_id, service_id in waiting.values_list("pk", "service_id"):
        if not is_for_cards(service_id):
            continue
        people = WaitingPerson.objects.filter(entry_id=entry_id).exclude(pickup=pickup)
        others = tuple(people.order_by("position").values_list("pickup", flat=True))
        if others:
            _change_party(entry_id, others, actor, now)
        else:
            leave(entry_id=entry_id, actor=actor, now=now)


def _change_party(entry_id: UUID, pickups: tuple[UUID, ...], actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        entry, offer = _locked(entry_id)
        if entry.state not in STANDING or entry.party_size == len(pickups):
            return
        if offer is not None:
            offers.release(offer=offer, state=WaitingOffer.State.LAPSED, now=now)
        entry.state, entry.party_size, entry.changed_at = WaitingEntry.State.WAITING, len(pickups), now
        entry.save(update_fields=["state", "party_size", "changed_at"])
        entry.people.all().delete()
        _seat(entry, pickups)
        _record(entry, "card_reservation.change_waiting_party", actor, now)
        if offer is not None:
            offers.offer_slot(slot_id=offer.slot_id, now=now)


def _check(wish: Wish, waiter: Waiter, now: datetime) -> None:
    rules = taking_bookings(audience="resident", now=now, service_id=wish.service_id).get(wish.place_id)
    if not is_offered() or rules is None or not places.place(wish.place_id).is_public:
        raise NoWaitingList
    if not 1 <= len(set(waiter.pickups)) == len(waiter.pickups) <= rules.max_party:
        raise PartyTooLarge(largest=rules.max_party)
    window = rules.window
    is_in_order = wish.first_day <= wish.last_day <= wish.first_day + LONGEST
    if window.earliest is None or window.latest is None or not is_in_order:
        raise DaysImpossible
    if wish.last_day < window.earliest or wish.first_day > window.latest:
        raise DaysImpossible
    standing = BookingPerson.objects.filter(pickup__in=waiter.pickups, active=True)
    if waiter.booking_id is not None:
        standing = standing.exclude(booking_id=waiter.booking_id)
    if standing.exists():
        raise AlreadyBooked


def _leave_own(waiter: Waiter, actor: Actor, now: datetime) -> None:
    """Forget the older wish of the very same people; others' are not ours to end."""
    for entry_id in _waiting(waiter.pickups):
        known = WaitingPerson.objects.filter(entry_id=entry_id).values_list("pickup", flat=True)
        if not set(known) <= set(waiter.pickups):
            raise AlreadyWaiting
        leave(entry_id=entry_id, actor=actor, now=now)


def _waiting(pickups: Iterable[UUID]) -> list[UUID]:
    found = WaitingPerson.objects.filter(pickup__in=list(pickups), active=True)
    return list(found.order_by("entry_id").values_list("entry_id", flat=True).distinct())


def _seat(entry: WaitingEntry, pickups: tuple[UUID, ...]) -> None:
    """Write down who waits, in the order of the locks.

    Raises AlreadyWaiting when somebody joined another line at this moment.
    """
    rows = [
        WaitingPerson(entry=entry, pickup=pickup, position=pickups.index(pickup))
        for pickup in sorted(pickups)
    ]
    WaitingPerson.objects.bulk_create(rows, ignore_conflicts=True)
    if entry.people.count() < len(rows):
        raise AlreadyWaiting


def locked_with_offer(*, offer_id: UUID, waits: bool = True) -> tuple[WaitingOffer, WaitingEntry] | None:
    """Lock an offer with the entry that it was made to; nothing where it is gone, or nobody shall wait."""
    entries = WaitingEntry.objects.select_for_update(of=("self",), skip_locked=not waits)
    entry = entries.filter(offers=offer_id).first()
    offer = WaitingOffer.objects.select_for_update(skip_locked=not waits).filter(pk=offer_id).first()
    return None if entry is None or offer is None else (offer, entry)


def _locked(entry_id: UUID) -> tuple[WaitingEntry, WaitingOffer | None]:
    entry = WaitingEntry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise EntryNotFound
    found = WaitingOffer.objects.select_for_update()
    return entry, found.filter(entry_id=entry_id, state=WaitingOffer.State.OPEN).first()


def _lapse(offer_id: UUID, now: datetime) -> None:
    with transaction.atomic():
        # Other places are held by now: what somebody is busy with lapses in the next round.
        found = locked_with_offer(offer_id=offer_id, waits=False)
        if found is None or found[0].state != WaitingOffer.State.OPEN:
            return
        offer, entry = found
        if offers.locked_at_once(slot_id=offer.slot_id) is None:
            return
        offers.release(offer=offer, state=WaitingOffer.State.LAPSED, now=now)
        entry.unanswered += 1
        entry.state, entry.changed_at = WaitingEntry.State.WAITING, now
        entry.save(update_fields=["state", "unanswered", "changed_at"])
        if entry.unanswered >= MOST_UNANSWERED:
            end(entry=entry, state=WaitingEntry.State.OVER, now=now)
        _record(entry, "card_reservation.offer_lapsed", SYSTEM, now)
        offers.offer_slot(slot_id=offer.slot_id, now=now)


def _end_over(now: datetime) -> None:
    """End the waits whose last day has passed; whoever leaves in this moment is left alone."""
    over = WaitingEntry.objects.filter(state=WaitingEntry.State.WAITING, last_day__lt=clock.local(now).date())
    for entry in over.select_for_update(skip_locked=True).order_by("pk"):
        end(entry=entry, state=WaitingEntry.State.OVER, now=now)
        _record(entry, "card_reservation.wait_over", SYSTEM, now)


def _record(entry: WaitingEntry, action: str, actor: Actor, now: datetime) -> None:
    details: dict[str, Any] = {"party_size": entry.party_size, "first_day": entry.first_day.isoformat()}
    audit.record(
        actor=actor,
        action=action,
        object_type="waiting_entry",
        object_ids=[str(entry.pk)],
        details=details,
        now=now,
    )
