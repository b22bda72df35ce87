"""What changed bookings leave to do: cards that go back to their shelf, or back from another place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import BookingEvent, PickupMoved, PickupPartyChanged, VisitMarked
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import ParcelCard, ShelfTask
from plugins.card_management.rules.life_cycle import State

PUT_BACK: Final = "put_back"
RECALL: Final = "recall"
CANCELLED, MOVED, MISSED = "cancelled", "moved", "missed"
ABSENT: Final = "absent"
FETCHED: Final = (State.PULLED, State.READY)
MOST_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Why:
    """What left something to do: the event, its key, the reason and the moment."""

    event: BookingEvent
    key: UUID
    reason: str
    now: datetime


def note_cancelled(*, event: BookingEvent, key: UUID, actor: Actor, now: datetime) -> None:
    """Have fetched cards put back, and called back from where nobody wants them any more."""
    _leave(event.pickups, _Why(event, key, CANCELLED, now))


def note_moved(*, event: PickupMoved, key: UUID, actor: Actor, now: datetime) -> None:
    """Have cards put back that were fetched for another day or sent to another place."""
    same_day = clock.local(event.previous_starts_at).date() == clock.local(event.slot_starts_at).date()
    why = _Why(event, key, MOVED, now)
    for card_id, state, place_id in _under_way(event.pickups):
        if place_id == event.place_id:
            # It lies where it is wanted: only another day is a reason to put it back.
            if not same_day and state in FETCHED:
                _add(card_id, PUT_BACK, place_id, why)
        elif state == State.IN_TRANSIT or _was_sent(card_id):
            _add(card_id, RECALL, place_id, why)
        elif not same_day or _is_packed(card_id):
            _add(card_id, PUT_BACK, place_id, why)


def note_booked(*, event: BookingEvent, key: UUID, actor: Actor, now: datetime) -> None:
    """Leave a fetched card where it is when a new visit wants it there on the very day."""
    today = clock.local(now).date()
    if clock.local(event.slot_starts_at).date() != today:
        return
    tasks = ShelfTask.objects.filter(card_id__in=event.pickups, place_id=event.place_id, done_at=None)
    tasks.update(done_at=now, done_by=actor.name)


def note_party(*, event: PickupPartyChanged, key: UUID, actor: Actor, now: datetime) -> None:
    """Have the cards of those put back who stay at home."""
    _leave(event.left, _Why(event, key, CANCELLED, now))


def note_visit(*, event: VisitMarked, key: UUID, actor: Actor, now: datetime) -> None:
    """Have the cards of those put back who did not come; a mark that is taken back takes the task along."""
    if event.visit == ABSENT:
        _leave(event.pickups, _Why(event, key, MISSED, now))
    else:
        tasks = ShelfTask.objects.filter(card_id__in=event.pickups, reason=MISSED, done_at=None)
        tasks.update(done_at=now, done_by=actor.name)


def note_days_gone(*, now: datetime) -> int:
    """Have cards put back that were fetched for a day that is over, and count them."""
    today = clock.local(now).date()
    left = Card.objects.filter(state__in=FETCHED, wanted_on__lt=today).exclude(
        id__in=ShelfTask.objects.filter(done_at=None).values("card_id")
    )
    rows = list(left.values_list("id", "site", "wanted_booking")[:MOST_AT_ONCE])
    for card_id, site, booking in rows:
        ShelfTask.objects.get_or_create(
            card_id=card_id,
            done_at=None,
            defaults={
                "kind": PUT_BACK,
                "reason": MISSED,
                "place_id": site,
                "event": booking or card_id,
                "since": now,
            },
        )
    return len(rows)


def open_tasks(*, eyes: Eyes) -> "QuerySet[ShelfTask]":
    """List what is to be done at a reader's places, the oldest first."""
    found = ShelfTask.objects.filter(done_at=None).select_related("card", "card__spot", "place")
    if eyes.places is not None:
        found = found.filter(place_id__in=eyes.places)
    return found.order_by("since", "id")


def count_open(*, eyes: Eyes) -> int:
    """Count what is to be done at a reader's places."""
    return open_tasks(eyes=eyes).count()


def _leave(pickups: Iterable[UUID], why: _Why) -> None:
    for card_id, state, place_id in _under_way(pickups):
        is_away = state == State.IN_TRANSIT or _was_sent(card_id)
        _add(card_id, RECALL if is_away else PUT_BACK, place_id, why)


def _under_way(pickups: Iterable[UUID]) -> list[tuple[UUID, str, UUID | None]]:
    """List those cards that no longer lie on their shelf, with the place where they are or arrive."""
    rows = Card.objects.filter(id__in=list(pickups), state__in=(*FETCHED, State.IN_TRANSIT))
    found = []
    for card_id, state, site in rows.values_list("id", "state", "site"):
        if state == State.IN_TRANSIT:
            sent = ParcelCard.objects.filter(card_id=card_id, is_open=True)
            site = sent.values_list("parcel__to_place_id", flat=True).first()
        found.append((card_id, state, site))
    return found


def _was_sent(card_id: UUID) -> bool:
    """Tell whether a card came to where it lies by parcel, and has no shelf there."""
    arrived = ParcelCard.objects.filter(card_id=card_id, outcome="received").order_by("-id").first()
    if arrived is None:
        return False
    lies_at = Card.objects.filter(pk=card_id).values_list("site", flat=True).first()
    return lies_at == arrived.parcel.to_place_id


def _is_packed(card_id: UUID) -> bool:
    return ParcelCard.objects.filter(card_id=card_id, is_open=True).exists()


def _add(card_id: UUID, kind: str, place_id: UUID | None, why: _Why) -> None:
    said = {
        "kind": kind,
        "reason": why.reason,
        "place_id": place_id,
        "booking_number": why.event.number,
        "event": why.key,
        "since": why.now,
    }
    # The same event again, or a second reason meanwhile, finds the task that is there.
    with transaction.atomic():
        ShelfTask.objects.get_or_create(card_id=card_id, done_at=None, defaults=said)


def is_late(*, task: ShelfTask, today: date) -> bool:
    """Tell whether a task waits since an earlier day."""
    return clock.local(task.since).date() < today
