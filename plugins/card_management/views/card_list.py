"""The list of cards, and what is done to many of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.desk import lists
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME, STORAGE
from madoguchi.hooks.values import BulkAction
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.tables import Asked, Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty
from plugins.card_management import queries
from plugins.card_management.declarations import (
    ACTION_LABELS,
    ADDRESS,
    MOVE_CARDS,
    STATE_LABELS,
    STATE_MARKS,
)
from plugins.card_management.queries import CardSearch, CardView
from plugins.card_management.rules.life_cycle import FINAL, NEEDS_REASON, Action, ImpossibleMove
from plugins.card_management.services import moving

# What staff do to many cards from the list; the rest asks for a reason, a place or a second person.
OFFERED = tuple(
    action
    for action in Action
    if action not in NEEDS_REASON | FINAL | {Action.UNDO, Action.SEND, Action.TAKE_IN}
)


@dataclass(frozen=True)
class Cards:
    """Cards, found by number, by the beginning of a name in kana, or by state."""

    wanted: CardSearch = field(default_factory=CardSearch)
    order: tuple[str, ...] = ()
    eyes: Eyes = EVERYTHING

    def narrowed(self, *, table: Table, asked: Asked) -> "Cards":
        """Look for what is asked."""
        chosen = {name: asked.chosen.get(name, "") for name in ("number", "kana", "state")}
        column = table.column(asked.sort_column)
        sign = "-" if asked.is_descending else ""
        order = tuple(f"{sign}{name}" for name in column.sort) if column else ()
        return replace(self, wanted=CardSearch(**chosen), order=order)

    def total(self) -> int | None:
        """Count the cards, unless names would have to be opened for it."""
        return None if self.wanted.kana else queries.count(wanted=self.wanted)

    def piece(self, *, first: int, count: int) -> Sequence[CardView]:
        """Give some cards."""
        return queries.cards(wanted=self.wanted, order=self.order, first=first, count=count, eyes=self.eyes)


def state_of(card: CardView) -> Mark:
    """Say where a card is in its life."""
    return Mark(STATE_MARKS[card.state], STATE_LABELS[card.state])


CARDS = Table(
    name="card_management.cards",
    label=_("カードの一覧表"),
    columns=(
        Column(name="reference", label=_("交付通知書の番号"), css="mono", is_fixed=True, is_link=True),
        Column(name="name", label=_("氏名"), is_fixed=True, mask=NAME),
        Column(name="kana", label=_("氏名カナ"), css="kana", mask=KANA),
        Column(name="born_on", label=_("生年月日"), css="mono", mask=BORN_ON),
        Column(name="address", label=_("住所"), css="wrap", mask=ADDRESS, is_shown=False),
        Column(name="storage", label=_("保管場所"), sort=("storage", "id"), mask=STORAGE),
        Column(name="arrived_on", label=_("到着日"), sort=("arrived_on", "storage", "id"), css="mono"),
        Column(name="reserved_at", label=_("来庁予約"), sort=("reserved_at", "id"), css="mono"),
        Column(name="state", label=_("状態"), value=state_of, is_fixed=True),
    ),
    filters=(
        Filter(name="number", label=_("交付通知書の番号"), kind="text"),
        Filter(name="kana", label=_("氏名カナ（前方一致）"), kind="text", mask=KANA),
        Filter(
            name="state",
            label=_("状態"),
            choices=[(state.value, label) for state, label in STATE_LABELS.items()],
        ),
    ),
    sort="-arrived_on",
    sort_masks={"storage": STORAGE},
    link=lambda card: reverse("cards:show", args=[card.id]),
    actions=tuple(f"card_management.{action.value}" for action in OFFERED),
    nothing_yet=Empty(
        heading=_("カードはまだありません"),
        advice=_("交付通知書一覧のCSVを取り込むと、ここに並びます。"),
    ),
)


def describe(*, rows: Sequence[UUID], eyes: Eyes) -> dict[UUID, str]:
    """Name cards by number and state, without anybody's name."""
    return {key: f"{number}（{STATE_LABELS[state]}）" for key, (number, state) in queries.named(rows).items()}


def find(*, query: str, eyes: Eyes) -> list[UUID]:
    """List the cards behind the address of the list."""
    return [UUID(key) for key in lists.ids_behind(table=CARDS, rows=Cards(eyes=eyes), query=query, eyes=eyes)]


def _moving(action: Action) -> Any:
    def run(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
        after = moving.move(card_id=row, action=action, actor=actor, now=now)
        return {"action": action.value, "after": after.value, "movement": moving.last_move(card_id=row)}

    return run


def take_back(*, row: UUID, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Move a card back where it was.

    Raises MovedOn when it was moved again since.
    """
    try:
        moving.undo(card_id=row, actor=actor, now=now, movement=before["movement"])
    except ImpossibleMove as refusal:
        raise MovedOn from refusal


EFFECT = _("選んだカードの状態を変えます。この操作ができないカードは変わらず、結果の一覧に理由が出ます。")
ACTIONS = tuple(
    BulkAction(
        name=f"card_management.{action.value}",
        label=ACTION_LABELS[action],
        effect=EFFECT,
        permission=MOVE_CARDS,
        run=_moving(action),
        describe=describe,
        find=find,
        undo=take_back,
    )
    for action in OFFERED
)
