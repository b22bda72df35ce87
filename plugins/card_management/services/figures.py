"""What the figures keep of visits and of the ends of cards; everything else is counted from the ledger."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import BookingEvent, PickupCancelled, VisitMarked
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.figures import ExpiryCount, VisitFact
from plugins.card_management.rules.figures_expiry import ends_of
from plugins.card_management.rules.life_cycle import State

ARRIVED: Final = "arrived"
ABSENT: Final = "absent"
_PIECE: Final = 5_000


def note_visit(*, event: BookingEvent, key: UUID, actor: Actor, now: datetime) -> None:
    """Keep where, when and how a visit was booked; the same event again changes nothing."""
    _keep(event, now, is_cancelled=False)


def note_linked(*, event: BookingEvent, key: UUID, actor: Actor, now: datetime) -> None:
    """Keep a visit of somebody who booked without a notice; how many come is known from the booking."""
    VisitFact.objects.get_or_create(booking=event.booking_id, defaults=_words(event, now))


def note_cancelled(*, event: PickupCancelled, key: UUID, actor: Actor, now: datetime) -> None:
    """Keep that a visit was cancelled; who was served before the day counts among the hand-overs alone."""
    if event.is_served:
        VisitFact.objects.filter(booking=event.booking_id).delete()
        return
    _keep(event, now, is_cancelled=True)


def note_marked(*, event: VisitMarked, key: UUID, actor: Actor, now: datetime) -> None:
    """Keep whether anybody came."""
    VisitFact.objects.update_or_create(
        booking=event.booking_id,
        defaults={**_words(event, now), "visit": event.visit},
    )


def count_ends(*, actor: Actor, now: datetime) -> int:
    """Count from the ledger what ends in which month, and tell how many cards could not be counted.

    A card counts from the day on which it arrived from where it was made: the day of issue stands in no file.
    """
    counted: Counter[tuple[date, str]] = Counter()
    unknown = 0
    for born_on, issued_on in _born_and_issued(Card.objects.filter(state=State.HANDED_OVER)):
        if born_on is None:
            unknown += 1
            continue
        for what, day in ends_of(born_on=born_on, issued_on=issued_on):
            counted[day.replace(day=1), what] += 1
    ExpiryCount.objects.all().delete()
    ExpiryCount.objects.bulk_create(
        [
            ExpiryCount(month=month, what=what, count=count, counted_at=now)
            for (month, what), count in counted.items()
        ],
        batch_size=500,
    )
    audit.record(
        actor=actor,
        action="card_management.expiry_counted",
        object_type="card_management.card",
        object_ids=[],
        details={"months": len({month for month, _what in counted}), "unknown": unknown},
        now=now,
    )
    return unknown


def erase_visits(*, before: date, limit: int) -> int:
    """Forget the oldest visits before a day, and count them."""
    start = datetime.combine(before, datetime.min.time(), tzinfo=clock.JAPAN)
    oldest = VisitFact.objects.filter(starts_at__lt=start).order_by("starts_at")
    ids = list(oldest.values_list("booking", flat=True)[:limit])
    VisitFact.objects.filter(booking__in=ids).delete()
    return len(ids)


def visits_before(*, before: date) -> int:
    """Count the visits before a day."""
    start = datetime.combine(before, datetime.min.time(), tzinfo=clock.JAPAN)
    return VisitFact.objects.filter(starts_at__lt=start).count()


def _keep(event: BookingEvent, now: datetime, *, is_cancelled: bool) -> None:
    VisitFact.objects.update_or_create(
        booking=event.booking_id, defaults={**_words(event, now), "is_cancelled": is_cancelled}
    )


def _words(event: BookingEvent, now: datetime) -> dict[str, object]:
    return {
        "place": event.place_id,
        "starts_at": event.slot_starts_at,
        "channel": event.channel,
        "people": max(1, len(event.pickups)),
        "heard_at": now,
    }


def _born_and_issued(cards: "QuerySet[Card]") -> Iterable[tuple[date | None, date]]:
    opener = vault.sealer(place=SEALED)
    rows = cards.values_list("id", "sealed", "arrived_on").iterator(chunk_size=_PIECE)
    for card, sealed, arrived_on in rows:
        born = json.loads(opener.open_text(sealed, card)).get("born_on", "")
        yield (date.fromisoformat(born) if born else None), arrived_on
