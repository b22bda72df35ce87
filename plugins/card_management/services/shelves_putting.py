"""Put cards into spots, one by one by scan, and take them out of the books of a spot when they leave."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.models.shelves import ParcelCard, ShelfTask, Spot, SpotMove
from plugins.card_management.rules.life_cycle import Action, ImpossibleMove, State
from plugins.card_management.services import moving
from plugins.card_management.services.moving import CardNotFound
from plugins.card_management.services.shelves_records import record
from plugins.card_management.services.shelves_spots import SpotNotFound

# By the books these cards lie in their spot, or come back to it.
LYING: Final = (State.ARRIVED, State.STORED, State.REDO, State.WITHDRAWN)
HOLDING: Final = (*LYING, State.PULLED, State.READY)
_WAY_IN: Final = {
    State.EXPECTED: (Action.RECEIVE, Action.STORE),
    State.ARRIVED: (Action.STORE,),
    State.STORED: (),
    State.REDO: (),
    State.WITHDRAWN: (),
    State.PULLED: (Action.PUT_BACK,),
    State.READY: (Action.PUT_BACK,),
}


class SpotFull(DomainError):
    """No more cards go into this spot."""

    code = "spot_full"
    message = _("この場所はいっぱいです。別の場所を読み取ってください。")


class SpotClosed(DomainError):
    """This spot takes no new cards."""

    code = "spot_closed"
    message = _("この場所は、いま使っていません。別の場所を読み取ってください。")


class NotHere(DomainError):
    """By the books the city does not have this card at hand."""

    code = "card_not_here"
    message = _("回送中・交付済み・廃棄済みなどのカードは、棚に置けません。カードの状態を確かめてください。")


class InParcel(DomainError):
    """The card is packed: it is taken out of its parcel first."""

    code = "card_in_parcel"
    message = _("このカードは回送の荷物に入っています。先に荷物から出してください。")


@dataclass(frozen=True, slots=True)
class Put:
    """Where a card came from and where it lies now."""

    card: UUID
    before: str
    after: str


def put(*, card_id: UUID, spot_id: UUID, actor: Actor, now: datetime) -> Put:
    """Put a card into a spot, whatever way it has to go in the books for that.

    Raises CardNotFound, SpotNotFound, SpotFull, SpotClosed, InParcel and NotHere.
    """
    with transaction.atomic():
        spot = Spot.objects.select_for_update().select_related("place").filter(pk=spot_id).first()
        if spot is None:
            raise SpotNotFound
        card = Card.objects.select_for_update(of=("self",)).select_related("spot").filter(pk=card_id).first()
        if card is None:
            raise CardNotFound(card=str(card_id))
        before = card.spot.name if card.spot else card.storage
        _check(card, spot)
        _bring_in(card, spot, actor=actor, now=now)
        Card.objects.filter(pk=card_id).update(
            spot=spot, site=spot.place_id, storage=spot.name, updated_at=now
        )
        # Read again where it lies already, as happens at a shelf: no move.
        if card.spot_id != spot.pk:
            note_move(card_id=card_id, before=before, spot=spot, how="scan", actor=actor, now=now)
            record("shelved", "card", [card_id], actor=actor, now=now, before=before, after=spot.name)
        close_tasks(card_id=card_id, place_id=spot.place_id, actor=actor, now=now)
    return Put(card=card_id, before=before, after=spot.name)


def note_move(
    *, card_id: UUID, before: str, spot: Spot | None, how: str, actor: Actor, now: datetime
) -> None:
    """Write one move between spots down."""
    SpotMove.objects.create(
        card_id=card_id,
        from_name=before,
        to_name=spot.name if spot else "",
        place_name=spot.place.name if spot else "",
        how=how,
        moved_at=now,
        actor_id=actor.id,
        actor_name=actor.name,
    )


def follow(card: Card, movement: CardMovement, actor: Actor, now: datetime) -> None:
    """Free the spot of a card that left the storage, and close what there was to do with it."""
    after = State(movement.to_state)
    if after not in HOLDING:
        _leave(card, actor=actor, now=now)
    if after not in (State.PULLED, State.IN_TRANSIT):
        # Whatever left a parcel that still stands open is no longer packed.
        ParcelCard.objects.filter(card=card, is_open=True, parcel__state="packing").delete()
    if after in (State.HANDED_OVER, State.DISPOSED, State.WITHDRAWN):
        ShelfTask.objects.filter(card=card, done_at=None).update(done_at=now, done_by=actor.name)
    elif after is State.STORED:
        close_tasks(card_id=card.pk, place_id=card.site, actor=actor, now=now)
    elif after is State.IN_TRANSIT:
        # It left: nobody at this place can put it back any more.
        left = ShelfTask.objects.filter(card=card, done_at=None, kind="put_back")
        left.update(done_at=now, done_by=actor.name)


def close_tasks(*, card_id: UUID, place_id: UUID | None, actor: Actor, now: datetime) -> None:
    """Close what is done by a card lying on a shelf; a recall is done only where it lies elsewhere now."""
    tasks = ShelfTask.objects.filter(card_id=card_id, done_at=None)
    back = tasks if place_id is None else tasks.exclude(kind="recall", place_id=place_id)
    back.update(done_at=now, done_by=actor.name)


def _leave(card: Card, *, actor: Actor, now: datetime) -> None:
    found = Card.objects.filter(pk=card.pk, spot__isnull=False).values_list("spot__name", flat=True).first()
    if found is None:
        return
    Card.objects.filter(pk=card.pk).update(spot=None, storage="")
    note_move(card_id=card.pk, before=found, spot=None, how="out", actor=actor, now=now)


def _check(card: Card, spot: Spot) -> None:
    if State(card.state) not in _WAY_IN:
        raise NotHere(state=card.state)
    if not spot.is_open and card.spot_id != spot.pk:
        raise SpotClosed
    inside = Card.objects.filter(spot=spot, state__in=HOLDING).exclude(pk=card.pk).count()
    if spot.capacity and inside >= spot.capacity:
        raise SpotFull

    if ParcelCard.objects.filter(card=card, is_open=True).exists():
        raise InParcel


def _bring_in(card: Card, spot: Spot, *, actor: Actor, now: datetime) -> None:
    for action in _WAY_IN[State(card.state)]:
        try:
            moving.move_to(card_id=card.pk, action=action, site=spot.place_id, actor=actor, now=now)
        except ImpossibleMove as refusal:
            raise NotHere(state=card.state) from refusal


# What whoever holds the reader is told, and goes on.
REFUSALS: Final = (CardNotFound, SpotNotFound, SpotFull, SpotClosed, NotHere, InParcel, ImpossibleMove)
