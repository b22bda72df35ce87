"""What the register says against a card, as flags: raised by files, taken away by them or by a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.errors import Invalid, NotFound
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card
from plugins.card_management.models.register import FLAG_REASON_SEALED, FlagMark
from plugins.card_management.rules.facts import Flag
from plugins.card_management.rules.register_matching import Ground

OBJECT: Final = "card_management.card"
REGISTER: Final = "register"
UNDO: Final = "card_management.flag_cleared"
LONGEST_REASON: Final = 300
OWN: Final = frozenset(Flag) - {Flag.WITHDRAWN}
"""The flags that files of the register raise and take away."""


class FlagNotFound(NotFound):
    """The card does not carry this flag."""

    code = "flag_not_found"
    message = _("このカードには、その印は付いていません。画面を読み直してください。")


class FlagReasonMissing(Invalid):
    """Whoever takes a flag away says why."""

    code = "flag_reason_missing"
    message = _("確かめた内容と、印を消してよい理由を入力してください（300文字まで）。")


@dataclass(frozen=True, slots=True)
class Told:
    """What the register tells of one card: the flags with their grounds, and a digest of what it said."""

    card: UUID
    grounds: Mapping[Flag, Ground]
    fingerprint: bytes


def keep(*, told: Sequence[Told], actor: Actor, now: datetime) -> int:
    """Bring the flags of cards in step with the register; tell how many cards changed.

    A flag that a person took away stays away until the register says something else.
    """
    cards = {each.card: each for each in told}
    locked = Card.objects.select_for_update().filter(id__in=list(cards)).order_by("id")
    flags = {card: list(values) for card, values in locked.values_list("id", "flags")}
    standing = _marks(cards, is_standing=True)
    dismissed = _marks(cards, is_standing=False)
    raised: list[FlagMark] = []
    dropped: list[UUID] = []
    changed: dict[UUID, list[str]] = {}
    for card, each in cards.items():
        if card not in flags:
            continue
        wanted = {
            flag for flag in each.grounds if not _is_dismissed(dismissed.get((card, flag)), each.fingerprint)
        }
        held = {flag for flag in OWN if (card, flag) in standing}
        raised += [_mark(each, flag, now) for flag in wanted - held]
        _renew([standing[card, flag] for flag in held & wanted], each)
        dropped += [standing[card, flag].id for flag in held - wanted]
        after = _after(flags[card], wanted)
        if after != flags[card]:
            changed[card] = after
    _write(raised, dropped, changed, now)
    _record(changed, actor, now)
    return len(changed)


def clear(*, card_id: UUID, flag: Flag, reason: str, actor: Actor, now: datetime) -> UUID:
    """Take a flag away because somebody looked into it; it returns when the register says something new.

    Returns the key of its mark, by which it comes back. Raises FlagReasonMissing and FlagNotFound.
    """
    plain = reason.strip()
    if not plain or len(plain) > LONGEST_REASON:
        raise FlagReasonMissing
    with transaction.atomic():
        card = Card.objects.select_for_update().filter(id=card_id, flags__contains=[flag.value]).first()
        mark = FlagMark.objects.filter(card_id=card_id, flag=flag.value, cleared_at=None).first()
        if card is None or mark is None:
            raise FlagNotFound(card=str(card_id), flag=flag.value)
        mark.cleared_at, mark.cleared_by_kind = now, actor.kind
        mark.cleared_by_id, mark.cleared_by_name = actor.id, actor.name
        mark.sealed_reason = vault.seal(fields={"text": plain}, place=FLAG_REASON_SEALED, row=mark.id)
        mark.save()
        left = [value for value in card.flags if value != flag.value]
        Card.objects.filter(id=card_id).update(flags=left, updated_at=now)
        _note("flag_cleared", mark, actor, now)
    return mark.id


def bring_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Put a flag back that was just taken away.

    Raises MovedOn when the card or the flag is no longer as it was then.
    """
    mark = (
        FlagMark.objects.filter(id=values["mark"], cleared_at__isnull=False).exclude(cleared_by_id="").first()
    )
    card = Card.objects.select_for_update().filter(id=mark.card_id).first() if mark else None
    if mark is None or card is None or mark.flag in card.flags:
        raise MovedOn
    mark.cleared_at, mark.sealed_reason = None, None
    mark.cleared_by_kind = mark.cleared_by_id = mark.cleared_by_name = ""
    mark.save()
    Card.objects.filter(id=card.id).update(flags=sorted([*card.flags, mark.flag]), updated_at=now)
    _note("flag_restored", mark, actor, now)


def _note(action: str, mark: FlagMark, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type=OBJECT,
        object_ids=[str(mark.card_id)],
        details={"flag": mark.flag},
        now=now,
    )


def _marks(cards: Iterable[UUID], *, is_standing: bool) -> dict[tuple[UUID, Flag], FlagMark]:
    rows = FlagMark.objects.filter(card__in=list(cards), source=REGISTER, cleared_at__isnull=is_standing)
    if not is_standing:
        # Only what a person took away; what the register took away may return as it was.
        rows = rows.exclude(cleared_by_id="").order_by("cleared_at")
    return {(mark.card_id, Flag(mark.flag)): mark for mark in rows}


def _renew(marks: "list[FlagMark]", told: Told) -> None:
    """Keep with a flag what the register says now: whoever takes it away looked at that."""
    for mark in marks:
        ground = told.grounds[Flag(mark.flag)]
        if bytes(mark.fingerprint or b"") != told.fingerprint:
            mark.fingerprint, mark.cause, mark.since = told.fingerprint, ground.cause, ground.since
            mark.save(update_fields=["fingerprint", "cause", "since"])


def _is_dismissed(mark: FlagMark | None, fingerprint: bytes) -> bool:
    return mark is not None and bytes(mark.fingerprint or b"") == fingerprint


def _mark(told: Told, flag: Flag, now: datetime) -> FlagMark:
    ground = told.grounds[flag]
    return FlagMark(
        id=uuid4(),
        card_id=told.card,
        flag=flag.value,
        source=REGISTER,
        since=ground.since,
        cause=ground.cause,
        fingerprint=told.fingerprint,
        raised_at=now,
    )


def _after(before: Sequence[str], wanted: "set[Flag]") -> list[str]:
    others = [value for value in before if value not in OWN]
    return sorted([*others, *(flag.value for flag in wanted)])


def _write(
    raised: "list[FlagMark]", dropped: "list[UUID]", changed: "Mapping[UUID, list[str]]", now: datetime
) -> None:
    FlagMark.objects.filter(id__in=dropped).update(cleared_at=now)
    FlagMark.objects.bulk_create(raised)
    by_flags: dict[tuple[str, ...], list[UUID]] = {}
    for card, after in changed.items():
        by_flags.setdefault(tuple(after), []).append(card)
    for values, cards in by_flags.items():
        Card.objects.filter(id__in=cards).update(flags=list(values), updated_at=now)


def _record(changed: "Mapping[UUID, list[str]]", actor: Actor, now: datetime) -> None:
    if changed:
        audit.record(
            actor=actor,
            action="card_management.flags_kept",
            object_type=OBJECT,
            object_ids=[str(card) for card in changed],
            details={"cards": len(changed)},
            now=now,
        )
