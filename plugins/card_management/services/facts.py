"""Change what stands beside a card: its kind, its delivery, the days of its notice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.errors import Invalid
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.declarations.ledger import FACT_LABELS
from plugins.card_management.models import Card, CardChange
from plugins.card_management.rules.facts import DAYS, Fact, Kind, disorder
from plugins.card_management.services import reasons
from plugins.card_management.services.moving import CardNotFound

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class WrongOrder(Invalid):
    """One day of a card would come before another that it follows: wrong, unless somebody says why."""

    code = "wrong_order"

    def __init__(self, *, earlier: Fact, later: Fact) -> None:
        super().__init__(earlier=earlier.value, later=later.value)
        self.earlier, self.later = earlier, later

    def __str__(self) -> str:
        words: dict[str, str | _StrPromise] = {
            "earlier": FACT_LABELS[self.earlier],
            "later": FACT_LABELS[self.later],
        }
        return (
            _("「%(later)s」が「%(earlier)s」より前の日付です。正しいときは理由を入力してください。") % words
        )


class NotAKind(Invalid):
    """No card is of such a kind."""

    code = "not_a_kind"
    message = "カードの種類ではありません。"


@dataclass(frozen=True, slots=True)
class _By:
    """Who changes something, when and why."""

    actor: Actor
    now: datetime
    reason: str


def change(
    *, card_id: UUID, fact: Fact, value: date | str | None, actor: Actor, now: datetime, reason: str = ""
) -> date | str | None:
    """Set a fact of a card, write down what it was, and give that back.

    Raises CardNotFound, NotAKind, and WrongOrder where two days contradict and no reason is given.
    """
    with transaction.atomic():
        card = Card.objects.select_for_update().filter(id=card_id).first()
        if card is None:
            raise CardNotFound(card=str(card_id))
        before: date | str | None = getattr(card, fact.value)
        if before == value:
            return before
        setattr(card, fact.value, value)
        _check(card, fact, reason)
        card.updated_at = now
        card.save(update_fields=[fact.value, "updated_at"])
        _write(card, fact, (_word(before), _word(value)), _By(actor, now, reason))
    return before


def read(*, card_id: UUID, fact: Fact) -> date | str | None:
    """Tell what stands beside a card; nothing for one that is not there."""
    found: date | str | None = Card.objects.filter(id=card_id).values_list(fact.value, flat=True).first()
    return found


def disorder_of(*, card_id: UUID, typed: Mapping[Fact, date | str | None]) -> tuple[Fact, Fact] | None:
    """Name two days of a card that would contradict once several facts are changed together."""
    card = Card.objects.filter(id=card_id).first()
    if card is None:
        raise CardNotFound(card=str(card_id))
    days = {day: getattr(card, day.value) for day in DAYS} | {
        fact: value for fact, value in typed.items() if fact in DAYS
    }
    return next((wrong for fact in typed if (wrong := disorder(days=days, changed=fact))), None)


def change_many(
    *, cards: Sequence[UUID], fact: Fact, value: date | str | None, actor: Actor, now: datetime
) -> dict[UUID, date | str | None]:
    """Set a fact of very many cards in few statements, and give back what each had that changed.

    No order of days is checked: whoever prints two thousand letters has left out what is wrong.
    """
    with transaction.atomic():
        found = Card.objects.select_for_update().filter(id__in=cards).order_by("id")
        before = {card: held for card, held in found.values_list("id", fact.value) if held != value}
        Card.objects.filter(id__in=before).update(**{fact.value: value, "updated_at": now})
        by = _By(actor, now, "")
        rows = [_row(card, fact, (_word(held), _word(value)), by) for card, held in before.items()]
        CardChange.objects.bulk_create(rows, batch_size=500)
        audit.record(
            actor=actor,
            action="card_management.change_fact",
            object_type="card_management.card",
            object_ids=[str(card) for card in before],
            details={"fact": fact.value, "after": _word(value)},
            now=now,
        )
    return before


def put_back(
    *, before: Mapping[UUID, date | str | None], fact: Fact, actor: Actor, now: datetime
) -> dict[UUID, date | str | None]:
    """Give many cards back what they had of a fact, as a new change."""
    changed: dict[UUID, date | str | None] = {}
    for value in dict.fromkeys(before.values()):
        cards = [card for card, held in before.items() if held == value]
        changed |= change_many(cards=cards, fact=fact, value=value, actor=actor, now=now)
    return changed


def _check(card: Card, fact: Fact, reason: str) -> None:
    if fact is Fact.KIND and card.kind not in {kind.value for kind in Kind}:
        raise NotAKind(kind=card.kind)
    wrong = disorder(days={day: getattr(card, day.value) for day in DAYS}, changed=fact)
    if wrong is not None and not reason.strip():
        raise WrongOrder(earlier=wrong[0], later=wrong[1])


def _row(card_id: UUID, fact: Fact, words: tuple[str, str], by: _By) -> CardChange:
    return CardChange(
        card_id=card_id,
        fact=fact,
        before=words[0],
        after=words[1],
        reason=reasons.keep(card_id=card_id, text=by.reason),
        changed_at=by.now,
        actor_kind=by.actor.kind,
        actor_id=by.actor.id,
        actor_name=by.actor.name,
    )


def _write(card: Card, fact: Fact, words: tuple[str, str], by: _By) -> None:
    _row(card.id, fact, words, by).save()
    audit.record(
        actor=by.actor,
        action="card_management.change_fact",
        object_type="card_management.card",
        object_ids=[str(card.id)],
        details={"fact": fact.value, "before": words[0], "after": words[1]},
        now=by.now,
    )


def _word(value: date | str | None) -> str:
    return "" if value is None else str(value)
