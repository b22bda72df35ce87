"""One screen per person: what is known of a holder besides the cards themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from madoguchi.hooks.contracts.bookings import PickupBooking
from madoguchi.notifications import queries as notifications
from madoguchi.notifications.queries import DeliveryRow
from madoguchi.web.dates import short_era_date
from plugins.card_management.declarations import (
    ACTION_LABELS,
    FACT_LABELS,
    KIND_LABELS,
    STATE_LABELS,
)
from plugins.card_management.models import CardChange, CardMovement
from plugins.card_management.rules.facts import DAYS, Fact
from plugins.card_management.rules.life_cycle import Action, State
from plugins.card_management.services import booked, reasons

MOST_LINES: Final = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card's history, in words."""

    at: datetime
    what: str
    before: str
    after: str
    site: UUID | None
    who: str
    reason: str
    is_correction: bool = False
    scanned: bool = False


def bookings(*, cards: Sequence[UUID]) -> Sequence[PickupBooking]:
    """List the bookings of some cards, newest first; none where the city has no booking."""
    return booked.bookings_of(cards=cards) or ()


def messages(*, bookings: Sequence[PickupBooking]) -> list[DeliveryRow]:
    """List the messages about some bookings, newest first."""
    found = [
        row
        for booking in dict.fromkeys(each.booking_id for each in bookings)
        for row in notifications.about(subject=booking)
    ]
    return sorted(found, key=lambda row: row.created_at, reverse=True)


def history(*, card_id: UUID) -> list[Line]:
    """List the moves and changes of a card, newest first: whoever asks records the reading."""
    moves = list(CardMovement.objects.filter(card_id=card_id).order_by("-id")[:MOST_LINES])
    changes = list(CardChange.objects.filter(card_id=card_id).order_by("-id")[:MOST_LINES])
    given = [*(row.reason_id for row in moves), *(row.reason_id for row in changes)]
    texts = reasons.read(reasons=[key for key in given if key])
    lines = [
        Line(
            at=row.moved_at,
            what=str(ACTION_LABELS[Action(row.action)]),
            before=str(STATE_LABELS[State(row.from_state)]),
            after=str(STATE_LABELS[State(row.to_state)]),
            site=row.site,
            who=row.actor_name,
            reason=texts.get(row.reason_id, "") if row.reason_id else "",
            is_correction=row.corrects_id is not None,
            scanned=row.scanned,
        )
        for row in moves
    ]
    lines += [
        Line(
            at=row.changed_at,
            what=str(FACT_LABELS[Fact(row.fact)]),
            before=_word(row.fact, row.before),
            after=_word(row.fact, row.after),
            site=None,
            who=row.actor_name,
            reason=texts.get(row.reason_id, "") if row.reason_id else "",
        )
        for row in changes
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _word(fact: str, value: str) -> str:
    if fact == Fact.KIND:
        return str(next((label for kind, label in KIND_LABELS.items() if kind == value), value))
    if fact in DAYS and value:
        return short_era_date(date.fromisoformat(value))
    return value or "—"
