"""Move cards through their life: the only place where a card's state changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError, Invalid, NotFound
from madoguchi.hooks.contracts.cards import CardMoved
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.rules.life_cycle import (
    FINAL,
    GONE,
    NEEDS_REASON,
    Action,
    ImpossibleMove,
    State,
    next_state,
)
from plugins.card_management.services import guards, reasons

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class CardNotFound(NotFound):
    """There is no such card."""

    code = "card_not_found"
    message = _("このカードは見つかりません。")


class ReasonMissing(Invalid):
    """This move needs a reason."""

    code = "reason_missing"
    message = _("理由を入力してください。")


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one card of many: the state after, or why it did not move."""

    card: UUID
    state: State | None
    reason: "str | _StrPromise" = ""

    @property
    def is_done(self) -> bool:
        """Tell whether the card moved."""
        return self.state is not None


_AWAY: Final = frozenset((*GONE, State.IN_TRANSIT))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One move about to be written."""

    action: Action
    after: State
    actor: Actor
    now: datetime
    reason: str = ""
    scanned: bool = False
    site: UUID | None = None
    corrects: CardMovement | None = None


def move(
    *, card_id: UUID, action: Action, actor: Actor, now: datetime, reason: str = "", scanned: bool = False
) -> State:
    """Move a card, and write down who did it and why.

    Raises CardNotFound, ImpossibleMove when its state does not allow the action, ReasonMissing, and
    HandOverRefused when somebody stands against a hand-over.
    """
    with transaction.atomic():
        card = _locked(card_id)
        after = next_state(state=State(card.state), action=action)
        step = _Step(action=action, after=after, actor=actor, now=now, reason=reason, scanned=scanned)
        return _take(card, step)


def move_to(*, card_id: UUID, action: Action, site: UUID, actor: Actor, now: datetime) -> State:
    """Move a card to a place, as when a parcel is taken in there.

    Raises what move raises.
    """
    with transaction.atomic():
        card = _locked(card_id)
        after = next_state(state=State(card.state), action=action)
        return _take(card, _Step(action=action, after=after, actor=actor, now=now, scanned=True, site=site))


def move_many(
    *,
    cards: Iterable[UUID],
    action: Action,
    actor: Actor,
    now: datetime,
    reason: str = "",
    scanned: bool = False,
) -> list[Moved]:
    """Move many cards, each for itself: what refuses one leaves the others alone."""
    found = []
    for card_id in cards:
        try:
            state = move(card_id=card_id, action=action, actor=actor, now=now, reason=reason, scanned=scanned)
        except DomainError as refusal:
            found.append(Moved(card=card_id, state=None, reason=str(refusal)))
        else:
            found.append(Moved(card=card_id, state=state))
    return found


def last_move(*, card_id: UUID) -> int:
    """Name the last move of a card, 0 where it never moved."""
    last = CardMovement.objects.filter(card_id=card_id).order_by("-id").values_list("id", flat=True).first()
    return last or 0


def undo(*, card_id: UUID, actor: Actor, now: datetime, reason: str = "", movement: int = 0) -> State:
    """Take the last move of a card back by a new one that corrects it; a named move must be that last one.

    Raises CardNotFound, HandOverRefused, and ImpossibleMove when there is nothing that can be taken back.
    """
    with transaction.atomic():
        card = _locked(card_id)
        last = CardMovement.objects.filter(card=card).order_by("-id").first()
        if last is None or last.action in {*FINAL, Action.UNDO} or movement not in (0, last.id):
            raise ImpossibleMove(state=card.state, action=Action.UNDO)
        before = CardMovement.objects.filter(card=card, id__lt=last.id).order_by("-id").first()
        has_left = State(last.to_state) in _AWAY
        step = _Step(
            action=Action.UNDO,
            after=State(last.from_state),
            actor=actor,
            now=now,
            reason=reason,
            site=last.site if has_left and last.site else before.site if before else None,
            corrects=last,
        )
        return _take(card, step)


def _locked(card_id: UUID) -> Card:
    card = Card.objects.select_for_update().filter(id=card_id).first()
    if card is None:
        raise CardNotFound(card=str(card_id))
    return card


def _take(card: Card, step: _Step) -> State:
    if step.action in NEEDS_REASON and not step.reason.strip():
        raise ReasonMissing(action=step.action.value)
    if step.after is State.HANDED_OVER:
        guards.ask(card=card, actor=step.actor, now=step.now)
    before, left = State(card.state), card.site
    _change(card, before, step)
    movement = _write(card, before, step, left)
    details = {"from": before.value, "to": step.after.value}
    audit.record(
        actor=step.actor,
        action=f"card_management.{step.action.value}",
        object_type="card_management.card",
        object_ids=[str(card.id)],
        details={**details, "scanned": True} if step.scanned else details,
        now=step.now,
    )
    event = CardMoved(
        card=card.id, action=step.action.value, before=before.value, after=step.after.value, site=card.site
    )
    outbox.publish(event=event, actor=step.actor, now=step.now)
    guards.follow(card=card, movement=movement, actor=step.actor, now=step.now)
    return step.after


def _change(card: Card, before: State, step: _Step) -> None:
    """Set state, place and days so that they cannot contradict one another."""
    card.state, card.updated_at = step.after, step.now
    if step.after in _AWAY:
        card.site = None
    elif step.site is not None:
        card.site = step.site
    elif step.action is Action.TAKE_IN:
        card.site = card.wanted_site
    elif before in _AWAY:
        # It comes back where it left.
        last = CardMovement.objects.filter(card=card).order_by("-id").values_list("site", flat=True)
        card.site = last.first()
    today = clock.local(step.now).date()
    if State.HANDED_OVER in (before, step.after):
        card.handed_over_on = card.received_on = today if step.after is State.HANDED_OVER else None
    if step.action is Action.RECEIVE:
        card.arrived_on = today
    card.save(update_fields=["state", "updated_at", "site", "handed_over_on", "received_on", "arrived_on"])


def _write(card: Card, before: State, step: _Step, left: UUID | None) -> CardMovement:
    return CardMovement.objects.create(
        card=card,
        action=step.action,
        from_state=before,
        to_state=step.after,
        # A card that is away lies nowhere of ours: the history tells where it left.
        site=left if step.after in _AWAY else card.site,
        reason=reasons.keep(card_id=card.id, text=step.reason),
        scanned=step.scanned,
        corrects=step.corrects,
        moved_at=step.now,
        actor_kind=step.actor.kind,
        actor_id=step.actor.id,
        actor_name=step.actor.name,
    )
