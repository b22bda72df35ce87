"""Write postal codes to the cards that have none: certain ones at once, the others wait for a person."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from madoguchi.errors import NotFound
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.register import PostalQuestion
from plugins.card_management.rules.life_cycle import GONE
from plugins.card_management.rules.postal_lookup import Lookup
from plugins.card_management.services import postal_corrections as corrections
from plugins.card_management.services import search_pages
from plugins.card_management.services.postal_dictionary import data_version

BATCH: Final = 1_000
OBJECT: Final = "card_management.card"
Tell = Callable[[int, int], None]


class QuestionNotFound(NotFound):
    """No postal code is asked for this card."""

    code = "postal_question_not_found"


@dataclass(slots=True)
class Filled:
    """How many cards got a code, and how many wait for a person."""

    filled: int = 0
    asked: int = 0


def fill(*, actor: Actor, now: datetime, tell: Tell) -> Filled:
    """Look up every card without a postal code that has not gone to its holder."""
    waiting = Card.objects.exclude(state__in=GONE)
    total = waiting.count()
    keys = waiting.order_by("id").values_list("id", flat=True)
    return _fill(_batches(keys.iterator()), total, actor, now, tell)


def fill_questions(*, actor: Actor, now: datetime) -> Filled:
    """Look the open questions up again, as after a choice for a whole place."""
    cards = PostalQuestion.objects.order_by("card").values_list("card", flat=True)
    return _fill(_batches(iter(list(cards))), 0, actor, now, lambda done, total: None)


def answer(*, card_id: UUID, code: str, is_for_area: bool, actor: Actor, now: datetime) -> Filled:
    """Write the code that a person chose, remember it, and look again at what it may settle.

    Raises QuestionNotFound and UnknownPostalCode.
    """
    with transaction.atomic():
        question = PostalQuestion.objects.select_for_update().filter(card=card_id).first()
        if question is None:
            raise QuestionNotFound(card=str(card_id))
        card = Card.objects.select_for_update().get(id=card_id)
        fields = vault.open_sealed(sealed=bytes(card.sealed), place=SEALED, row=card.id)
        corrections.correct(
            address=fields["address"], code=code, is_for_area=is_for_area, actor=actor, now=now
        )
        return fill_questions(actor=actor, now=now)


def _batches(keys: Iterator[UUID]) -> Iterator[list[UUID]]:
    batch: list[UUID] = []
    for key in keys:
        batch.append(key)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _fill(batches: Iterator[list[UUID]], total: int, actor: Actor, now: datetime, tell: Tell) -> Filled:
    finder, found, done = corrections.Finder.of_city(), Filled(), 0
    for batch in batches:
        _fill_some(batch, finder, found, actor, now)
        done += len(batch)
        tell(done, max(total, done))
    return found


def _fill_some(
    batch: Sequence[UUID], finder: corrections.Finder, found: Filled, actor: Actor, now: datetime
) -> None:
    opener = vault.sealer(place=SEALED)
    rows = Card.objects.select_for_update().filter(id__in=batch).order_by("id").only("id", "sealed")
    written: list[Card] = []
    questions: list[PostalQuestion] = []
    for card in rows:
        fields: dict[str, Any] = opener.open(card.sealed, card.id)
        if fields.get("postcode"):
            continue
        seen = finder.find(fields.get("address", ""))
        if seen.code:
            card.sealed = opener.seal({**fields, "postcode": seen.code}, card.id)
            written.append(card)
        else:
            questions.append(_question(card, seen, now))
    _write(batch, written, questions)
    found.filled += len(written)
    found.asked += len(questions)
    if written:
        search_pages.forget(cards=[card.id for card in written])
        audit.record(
            actor=actor,
            action="card_management.postcodes_found",
            object_type=OBJECT,
            object_ids=[str(card.id) for card in written],
            details={"cards": len(written), "edition": data_version()},
            now=now,
        )


def _question(card: Card, seen: Lookup, now: datetime) -> PostalQuestion:
    codes = list(dict.fromkeys(candidate.code for candidate in seen.candidates))
    return PostalQuestion(card=card, reason=seen.reason, codes=codes, edition=data_version(), asked_at=now)


def _write(batch: Sequence[UUID], written: "list[Card]", questions: "list[PostalQuestion]") -> None:
    Card.objects.bulk_update(written, ["sealed"])
    asked = [each.card_id for each in questions]
    PostalQuestion.objects.filter(card__in=batch).exclude(card__in=asked).delete()
    PostalQuestion.objects.bulk_create(
        questions,
        update_conflicts=True,
        unique_fields=["card"],
        update_fields=["reason", "codes", "edition"],
    )
