"""What is done to many cards at once from their list."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.accounts.sight import eyes_of_actor
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.deeds import BulkAction
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management import queries
from plugins.card_management.declarations import (
    ACTION_LABELS,
    KIND_LABELS,
    MOVE_CARDS,
    STATE_LABELS,
)
from plugins.card_management.rules.facts import Fact
from plugins.card_management.rules.life_cycle import NEEDS_REASON, Action, ImpossibleMove
from plugins.card_management.rules.progress import ABSENT_VISIT
from plugins.card_management.services import facts, moving
from plugins.card_management.views.bulk_names import DAYS, MOVES
from plugins.card_management.views.card_list import find

MOVE_EFFECT: Final = _(
    "選んだカードの状態を変えます。この操作ができないカードは変わらず、結果の一覧に理由が出ます。"
)
DAY_EFFECT: Final = _(
    "選んだカードに同じ日付を入れます。ほかの日付と順番が合わないカードは、理由を入力したときだけ変わります。"
)
SET_EFFECT: Final = _("選んだカードの記録を変えます。変える前の値は、カードごとの履歴に残ります。")


def describe(*, rows: Sequence[UUID], eyes: Eyes) -> dict[UUID, str]:
    """Name cards by number and state, without anybody's name."""
    return {
        key: f"{number}（{STATE_LABELS[state]}）"
        for key, (number, state) in queries.named(rows, eyes=eyes).items()
    }


def _seen(row: UUID, actor: Actor) -> None:
    """Let nobody change a card that they may not see."""
    if not queries.within(eyes_of_actor(actor)).filter(id=row).exists():
        raise moving.CardNotFound(card=str(row))


def _moving(action: Action) -> Any:
    def run(*, row: UUID, choice: str, actor: Actor, now: datetime, reason: str = "") -> Mapping[str, Any]:
        _seen(row, actor)
        after = moving.move(card_id=row, action=action, actor=actor, now=now, reason=reason)
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


def _setting(fact: Fact, value_of: Any) -> Any:
    def run(*, row: UUID, choice: str, actor: Actor, now: datetime, reason: str = "") -> Mapping[str, Any]:
        _seen(row, actor)
        value = value_of(choice)
        before = facts.change(card_id=row, fact=fact, value=value, actor=actor, now=now, reason=reason)
        return {"fact": fact.value, "before": _word(before), "after": _word(value)}

    return run


def put_back(*, row: UUID, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give a card back what it had of a fact.

    Raises MovedOn when it was changed again since.
    """
    fact = Fact(before["fact"])
    if _word(facts.read(card_id=row, fact=fact)) != before["after"]:
        raise MovedOn
    text = str(before["before"])
    value = (date.fromisoformat(text) if text else None) if fact in DAYS else text
    # What stood there before may stand there again, whatever its order.
    facts.change(card_id=row, fact=fact, value=value, actor=actor, now=now, reason=str(_("元に戻した")))


def _word(value: object) -> str:
    return "" if value is None else str(value)


def _fact_action(name: str, label: Any, fact: Fact, value_of: Any, **asks: Any) -> BulkAction:
    return BulkAction(
        name=f"card_management.{name}",
        label=label,
        effect=DAY_EFFECT if asks.get("asks_day") else SET_EFFECT,
        permission=MOVE_CARDS,
        run=_setting(fact, value_of),
        describe=describe,
        find=find,
        undo=put_back,
        **asks,
    )


DAY_LABELS: Final = {
    Fact.NOTICE_SENT_ON: _("通知書送付日を入れる"),
    Fact.NOTICE_RETURNED_ON: _("通知書返戻日を入れる"),
    Fact.NOTICE_RESENT_ON: _("通知書再送日を入れる"),
    Fact.RECEIVED_ON: _("カード受領日を入れる"),
    Fact.DEADLINE_ON: _("受取期限を入れる"),
}
ACTIONS: Final = (
    *(
        BulkAction(
            name=f"card_management.{action.value}",
            label=ACTION_LABELS[action],
            effect=MOVE_EFFECT,
            permission=MOVE_CARDS,
            run=_moving(action),
            describe=describe,
            find=find,
            undo=take_back,
            asks_reason=action in NEEDS_REASON,
        )
        for action in MOVES
    ),
    *(
        _fact_action(
            f"set_{fact.value}",
            DAY_LABELS[fact],
            fact,
            date.fromisoformat,
            asks_day=True,
            asks_reason=True,
        )
        for fact in DAYS
    ),
    _fact_action(
        "set_kind",
        _("カードの種類を変える"),
        Fact.KIND,
        str,
        choices=lambda: [(kind.value, str(label)) for kind, label in KIND_LABELS.items()],
        asks_reason=True,
    ),
    _fact_action("mark_absent", _("来庁なしにする"), Fact.VISIT, lambda _choice: ABSENT_VISIT),
)
