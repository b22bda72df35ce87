"""Who is booked when: the one place that asks, and that tells of cards gone before their day."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from madoguchi import clock
from madoguchi.hooks.contracts.approvals import Person
from madoguchi.hooks.contracts.bookings import PickupBooking, Served
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.rules.life_cycle import Action, State


def bookings_of(*, cards: Sequence[UUID]) -> Sequence[PickupBooking] | None:
    """List the bookings of some cards, newest first, cancelled ones too; None where nobody keeps bookings."""
    try:
        found: Sequence[PickupBooking] = plugins.ask("bookings_of", pickups=tuple(cards))
    except NobodyAnswers:
        return None
    return found


def visit_ahead(*, card_id: UUID, now: datetime) -> PickupBooking | None:
    """Find the visit for which a card is wanted on a later day; one for another service is none."""
    today = clock.local(now).date()
    known = (each for each in bookings_of(cards=(card_id,)) or () if each.is_pickup and each.has_joined)
    standing = (each for each in known if each.status == "active")
    later = (each for each in standing if clock.local(each.starts_at).date() > today)
    return next(later, None)


def settle(card: Card, movement: CardMovement, actor: Actor, now: datetime) -> None:
    """End the visit of a card that goes before its day, in one transaction with the hand-over.

    Taking the hand-over back gives the visit back. A card that comes back later (TAKE_BACK) is another
    matter: its holder was served, and books again when they want it again.
    """
    is_gone = movement.to_state == State.HANDED_OVER
    is_taken_back = movement.action == Action.UNDO and movement.from_state == State.HANDED_OVER
    if not is_gone and not is_taken_back:
        return
    by = Person(kind=actor.kind, id=actor.id, name=actor.name)
    with suppress(NobodyAnswers):
        plugins.ask(
            "settle_visit", served=Served(pickup=card.pk, by=by, is_taken_back=is_taken_back), now=now
        )
