"""Compare label, booking and identity before a card goes, and write down what agreed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from madoguchi import clock
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.preferences import queries as preferences
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.models import Card
from plugins.card_management.models.handover import CHECK_SEALED, HandoverCheck
from plugins.card_management.rules.handover_documents import Receiver, Shown, missing
from plugins.card_management.rules.handover_matching import (
    Difference,
    Seen,
    booking,
    booking_digits,
    identity,
    is_passed,
)
from plugins.card_management.services import handover_records as asked
from plugins.card_management.services.codes import cards_of_code
from plugins.card_management.services.moving import CardNotFound

HAND_OVER: Final = "hand_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the counter has in front of it: the label read, the booking, the person and the papers."""

    label: str
    booking: str = ""
    is_walk_in: bool = False
    seen: Seen
    shown: Shown = field(default=Shown(receiver=Receiver.HOLDER))
    proxy_name: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it: what differs, which booking it was, which papers are missing."""

    differences: tuple[Difference, ...]
    booking: UUID | None
    missing: tuple[str, ...]

    @property
    def is_passed(self) -> bool:
        """Tell whether nothing stands against the hand-over."""
        return is_passed(self.differences)


def compare(*, card_id: UUID, evidence: Evidence, actor: Actor, now: datetime) -> Compared:
    """Compare, and write down the outcome; the values that were read are not kept.

    Raises CardNotFound.
    """
    with transaction.atomic():
        if not Card.objects.select_for_update().filter(id=card_id).exists():
            raise CardNotFound(card=str(card_id))
        found = _compared(card_id, evidence, now)
        _write(card_id, evidence, found, actor=actor, now=now)
    return found


def _compared(card_id: UUID, evidence: Evidence, now: datetime) -> Compared:
    _reference, held = asked.held(card_id=card_id)
    differences = [] if card_id in cards_of_code(code=evidence.label) else [Difference.LABEL]
    wanted, agreed = _booking(card_id, evidence, now)
    differences.extend(wanted)
    differences.extend(identity(held=held, seen=evidence.seen))
    lacking: tuple[str, ...] = ()
    if preferences.current(CardSettings).counts_papers:
        lacking = tuple(each.value for each in missing(evidence.shown))
    if lacking:
        differences.append(Difference.PAPERS)
    return Compared(tuple(differences), agreed, lacking)


def _booking(card_id: UUID, evidence: Evidence, now: datetime) -> tuple[tuple[Difference, ...], UUID | None]:
    known = asked.bookings(card_id=card_id)
    if known is None:
        return (), None
    today = clock.local(now).date()
    numbers = {each.number: clock.local(each.starts_at).date() == today for each in known}
    differences = booking(numbers=numbers, shown=evidence.booking, is_walk_in=evidence.is_walk_in)
    if evidence.is_walk_in or Difference.BOOKING in differences:
        return differences, None
    digits = booking_digits(evidence.booking)
    return differences, next(each.booking_id for each in known if booking_digits(each.number) == digits)


def _write(card_id: UUID, evidence: Evidence, found: Compared, *, actor: Actor, now: datetime) -> None:
    row, shown = uuid4(), evidence.shown
    seen = {
        "receiver": shown.receiver.value,
        "papers": sorted(shown.holder),
        "proxy_papers": sorted(shown.proxy),
        "proofs": sorted(shown.proofs),
        "missing": list(found.missing),
        "by": "chip" if evidence.seen.is_from_chip else "eye",
        "walk_in": evidence.is_walk_in,
        "proxy_name": evidence.proxy_name,
    }
    codes = [each.value for each in found.differences]
    HandoverCheck.objects.create(
        id=row,
        card_id=card_id,
        sort=asked.MATCH,
        purpose=HAND_OVER,
        is_passed=found.is_passed,
        codes=codes,
        day=clock.local(now).date(),
        booking=found.booking,
        sealed=vault.seal(fields=seen, place=CHECK_SEALED, row=row),
        made_at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    audit.record(
        actor=actor,
        action="card_management.match_passed" if found.is_passed else "card_management.match_failed",
        object_type="card_management.card",
        object_ids=[str(card_id)],
        details={"differences": codes} if codes else {},
        now=now,
    )
