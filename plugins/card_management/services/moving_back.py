"""Take the last move of many cards back at once: the same lines as one by one, in a handful of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from madoguchi.hooks.contracts.cards import CardMoved
from madoguchi.ledger import vault
from madoguchi.ledger.audit import sql as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.ledger.outbox import sql as outbox_sql
from plugins.card_management.models import REASON_SEALED, Card, CardMovement
from plugins.card_management.models.shelves import ParcelCard
from plugins.card_management.rules.life_cycle import Action, State

_REASONS: Final = """
    INSERT INTO card_management_cardreason (id, card_id, sealed)
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[])
"""
_MOVES: Final = """
    INSERT INTO card_management_cardmovement (card_id, action, from_state, to_state, site, reason_id, scanned,
                                              corrects_id, moved_at, actor_kind, actor_id, actor_name)
    SELECT card.id, %s, card.state, last.from_state, coalesce(back.site, card.site), back.reason, false,
           last.id, %s, %s, %s, %s
      FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::uuid[]) AS back (card, move, site, reason)
      JOIN card_management_card AS card ON card.id = back.card
      JOIN card_management_cardmovement AS last ON last.id = back.move
"""
_STATES: Final = """
    UPDATE card_management_card AS card
       SET state = last.from_state, site = coalesce(back.site, card.site), updated_at = %s
      FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[]) AS back (card, move, site)
      JOIN card_management_cardmovement AS last ON last.id = back.move
     WHERE card.id = back.card
"""
_ENTRIES: Final = f"""
    {audit.insert(object_ids="ARRAY[card.id::text]")}
      FROM card_management_card AS card WHERE card.id = ANY(%(cards)s)
"""
_OF_ONE: Final = "%(event_payload)s::jsonb || jsonb_build_object('card', card.id, 'site', card.site)"
_EVENTS: Final = f"""
    {outbox_sql.insert(payload=_OF_ONE, key=outbox_sql.EACH_A_KEY)}
      FROM card_management_card AS card WHERE card.id = ANY(%(cards)s)
"""


@dataclass(frozen=True, slots=True)
class LastMoves:
    """A locked card with its last move and the one before it."""

    card: UUID
    is_booked: bool
    has_shelf: bool
    """Whether a spot or an open parcel holds it: such a card is moved by itself, with what hangs on it."""
    moves: Sequence[CardMovement]


def locked(*, cards: Sequence[UUID]) -> list[LastMoves]:
    """Lock cards, and give each with its last two moves, the newest first."""
    rows = Card.objects.select_for_update().filter(id__in=cards).order_by("id")
    found = list(rows.values_list("id", "reserved_at", "spot_id"))
    packed = set(ParcelCard.objects.filter(card__in=cards, is_open=True).values_list("card_id", flat=True))
    place = Window(RowNumber(), partition_by=F("card_id"), order_by=F("id").desc())
    last: dict[UUID, list[CardMovement]] = {}
    moves = CardMovement.objects.filter(card__in=cards).annotate(place=place).filter(place__lte=2)
    for move in moves.order_by("card_id", "-id"):
        last.setdefault(move.card_id, []).append(move)
    return [
        LastMoves(card, reserved_at is not None, spot is not None or card in packed, last.get(card, []))
        for card, reserved_at, spot in found
    ]


def moved_at(*, cards: Sequence[UUID], action: Action) -> set[tuple[UUID, datetime]]:
    """Tell when cards made a move, however much happened with them since."""
    moves = CardMovement.objects.filter(card__in=cards, action=action)
    return set(moves.values_list("card_id", "moved_at"))


def take_back(
    *, moved: Sequence[LastMoves], before: State, after: State, actor: Actor, now: datetime, reason: str
) -> None:
    """Take the last move of locked cards back, which led all of them from one state to the same other.

    Nothing follows such a move elsewhere: a card on a shelf or in a parcel is not among them.
    """
    if not moved:
        return
    cards = [each.card for each in moved]
    moves = [each.moves[0].pk for each in moved]
    sites = [each.moves[1].site if len(each.moves) > 1 else None for each in moved]
    reasons = [uuid4() for _each in moved]
    with transaction.atomic(), connection.cursor() as cursor:
        seal = vault.sealer(place=REASON_SEALED).seal
        sealed = [seal({"text": reason}, key) for key in reasons]
        cursor.execute(_REASONS, [reasons, cards, sealed])
        by = [actor.kind, actor.id, actor.name]
        cursor.execute(_MOVES, [Action.UNDO.value, now, *by, cards, moves, sites, reasons])
        cursor.execute(_STATES, [now, cards, moves, sites])
        _tell(cursor, cards, before, after, actor, now)


def _tell(
    cursor: Any, cards: Sequence[UUID], before: State, after: State, actor: Actor, now: datetime
) -> None:
    """Leave an entry and an event for each card, as a move by itself does."""
    entry = audit.parameters(
        actor=actor,
        action="card_management.undo",
        object_type="card_management.card",
        object_ids=[],
        now=now,
        details={"from": before.value, "to": after.value},
    )
    cursor.execute(_ENTRIES, {**entry, "cards": list(cards)})
    event = CardMoved(card=cards[0], action=Action.UNDO.value, before=before.value, after=after.value)
    words = outbox_sql.parameters(event=event, actor=actor, now=now)
    cursor.execute(_EVENTS, {**words, "cards": list(cards)})
    outbox.nudge_on_commit()
