"""A supervisor decides that a card may go, or its notice be printed, in spite of a warning."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.preferences import queries as preferences
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.models import Card
from plugins.card_management.models.handover import CHECK_SEALED, HandoverCheck
from plugins.card_management.rules.facts import blocking
from plugins.card_management.services import handover_records as asked
from plugins.card_management.services.moving import CardNotFound, ReasonMissing

UNMATCHED: Final = "unmatched"
PURPOSES: Final = ("hand_over", "notice")


class NothingToOverride(DomainError):
    """Nothing stands against it, so nothing is decided."""

    code = "nothing_to_override"
    message = _("このカードには、認める必要のある警告がありません。")


def warnings_of(*, card_id: UUID, purpose: str, now: datetime) -> tuple[str, ...]:
    """List what stands against a hand-over or a notice and was not decided today."""
    flags = blocking(flags=asked.flags_of(card_id=card_id))
    known = asked.looked_past(card_id=card_id, purpose=purpose, now=now)
    found = [flag.value for flag in flags]
    if purpose == "hand_over" and not asked.is_matched(card_id=card_id, now=now) and _is_asked_for():
        found.append(UNMATCHED)
    return tuple(code for code in found if code not in known)


def _is_asked_for() -> bool:
    return preferences.current(CardSettings).requires_match


def override(*, card_id: UUID, purpose: str, reason: str, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Decide for today to look past what stands against a card now; what comes later stands again.

    Raises CardNotFound, ReasonMissing and NothingToOverride.
    """
    if not reason.strip():
        raise ReasonMissing(action="override")
    with transaction.atomic():
        if not Card.objects.select_for_update().filter(id=card_id).exists():
            raise CardNotFound(card=str(card_id))
        codes = warnings_of(card_id=card_id, purpose=purpose, now=now)
        if not codes:
            raise NothingToOverride
        _write(card_id, purpose, codes, reason.strip(), actor=actor, now=now)
    return codes


def overridden(*, cards: Collection[UUID], now: datetime) -> frozenset[UUID]:
    """List the cards all of whose warnings today's notice may look past."""
    decided = asked.looked_past_for_notice(cards=cards, now=now)
    flags = dict(Card.objects.filter(id__in=decided).values_list("id", "flags"))
    return frozenset(
        card
        for card, codes in decided.items()
        if {flag.value for flag in blocking(flags=flags.get(card, []))} <= codes
    )


def _write(
    card_id: UUID, purpose: str, codes: tuple[str, ...], reason: str, *, actor: Actor, now: datetime
) -> None:
    row = uuid4()
    HandoverCheck.objects.create(
        id=row,
        card_id=card_id,
        sort=asked.OVERRIDE,
        purpose=purpose,
        is_passed=True,
        codes=list(codes),
        day=clock.local(now).date(),
        sealed=vault.seal(fields={"reason": reason}, place=CHECK_SEALED, row=row),
        made_at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    audit.record(
        actor=actor,
        action="card_management.override_warning",
        object_type="card_management.card",
        object_ids=[str(card_id)],
        details={"purpose": purpose, "warnings": list(codes)},
        now=now,
    )
