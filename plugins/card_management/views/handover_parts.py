"""What the pages of a hand-over show of a card: the three comparisons, the warnings, who comes along."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import NAME
from plugins.card_management import queries
from plugins.card_management.declarations import STATE_LABELS, STATE_MARKS
from plugins.card_management.declarations.handover import (
    DIFFERENCE_LABELS,
    MISSING_LABELS,
    OVERRIDE,
    PAPER_LABELS,
    PROOF_LABELS,
    RECEIVER_LABELS,
)
from plugins.card_management.declarations.ledger import FLAG_LABELS
from plugins.card_management.queries import CardView
from plugins.card_management.rules.facts import Flag, blocking
from plugins.card_management.rules.handover_documents import Missing, Paper, Proof, Receiver
from plugins.card_management.rules.handover_matching import IDENTITY, TOLD_ONLY, Difference
from plugins.card_management.rules.life_cycle import Action, State
from plugins.card_management.services import guards, handover_overrides, handover_records
from plugins.card_management.services.handover_overrides import UNMATCHED
from plugins.card_management.services.handover_records import CheckView

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_LEGS: Final = (
    (_("カードのラベル"), frozenset((Difference.LABEL,))),
    (_("予約"), frozenset((Difference.BOOKING, Difference.OTHER_DAY))),
    (_("本人確認"), IDENTITY),
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One of the three comparisons: did it agree, and what is to be told of it."""

    label: "str | _StrPromise"
    is_agreed: bool
    words: "tuple[str | _StrPromise, ...]"


@dataclass(frozen=True, slots=True)
class Result:
    """A comparison in words."""

    check: CheckView
    legs: tuple[Leg, ...]
    facts: "tuple[tuple[str | _StrPromise, str], ...]"


def context_of(request: HttpRequest, found: CardView, *, now: datetime) -> dict[str, Any]:
    """Give what the pages show of one card."""
    match = handover_records.last_match(card_id=found.id, now=now)
    is_gone = found.state is State.HANDED_OVER
    used = handover_records.last_use(card_id=found.id) if is_gone else None
    shown = used if is_gone else match
    can_go = Action.HAND_OVER in found.actions
    flags = handover_records.flags_of(card_id=found.id)
    return {
        "card": found,
        "state_label": STATE_LABELS[found.state],
        "state_mark": STATE_MARKS[found.state],
        "is_gone": is_gone,
        "can_go": can_go,
        "result": _result(shown, eyes=eyes_of(request)) if shown else None,
        "blocking": [FLAG_LABELS[flag] for flag in blocking(flags=flags)],
        "told": [FLAG_LABELS[Flag.STAY_ENDS_SOON]] if Flag.STAY_ENDS_SOON.value in flags else [],
        "refusals": guards.refusals(
            card=handover_records.row(card_id=found.id), actor=actor_of(request), now=now
        )
        if can_go
        else (),
        "open_warnings": _warnings(found, now),
        "decisions": _decisions(found, now),
        "bookings": _bookings(found, now),
        "others": _others(shown, found, now, eyes_of(request)),
        "may_override": request.user.has_permission(OVERRIDE),  # type: ignore[union-attr]
    }


def summary_of(card_id: UUID, *, eyes: Eyes) -> dict[str, Any]:
    """Give what the screen of a person shows of hand-overs: the last comparison, and who looked past what."""
    known = handover_records.checks(card_id=card_id)
    matches = [each for each in known if each.sort == handover_records.MATCH]
    return {
        "card_id": card_id,
        "result": _result(matches[0], eyes=eyes) if matches else None,
        "decisions": [each for each in known if each.sort == handover_records.OVERRIDE],
    }


def _refusals(request: HttpRequest, found: CardView, now: datetime) -> tuple[guards.Refusal, ...]:
    row = handover_records.row(card_id=found.id)
    return guards.refusals(card=row, actor=actor_of(request), now=now)


def _warnings(found: CardView, now: datetime) -> "list[str | _StrPromise]":
    return [
        _("照合なし") if code == UNMATCHED else FLAG_LABELS[Flag(code)]
        for code in handover_overrides.warnings_of(card_id=found.id, purpose="hand_over", now=now)
    ]


def _decisions(found: CardView, now: datetime) -> list[CheckView]:
    """List what supervisors decided of a card, for its history."""
    decided = handover_records.checks(card_id=found.id)
    return [each for each in decided if each.sort == handover_records.OVERRIDE]


def _bookings(found: CardView, now: datetime) -> list[Any]:
    """List today's and later bookings of a card."""
    today = clock.local(now).date()
    known = handover_records.bookings(card_id=found.id) or ()
    return [each for each in known if clock.local(each.starts_at).date() >= today]


def _others(shown: CheckView | None, found: CardView, now: datetime, eyes: Eyes) -> list[CardView]:
    """List the cards of others who come with the same booking and have not got theirs."""
    if shown is None or shown.booking is None:
        return []
    waiting = handover_records.others_of_booking(
        booking=shown.booking, card_id=found.id, day=clock.local(now).date()
    )
    return [queries.find(card_id=each, eyes=eyes) for each in queries.named(waiting, eyes=eyes)]


def _result(check: CheckView, *, eyes: Eyes) -> Result:
    codes = {Difference(code) for code in check.codes}
    legs = []
    for label, belongs in _LEGS:
        mine = [each for each in Difference if each in codes & belongs]
        words = [DIFFERENCE_LABELS[each] for each in mine if each is not Difference.PAPERS]
        if Difference.PAPERS in mine:
            words.extend(MISSING_LABELS[Missing(each)] for each in check.seen["missing"])
        legs.append(Leg(label, not set(mine) - TOLD_ONLY, tuple(words)))
    return Result(check=check, legs=tuple(legs), facts=tuple(_facts(check, eyes)))


def _facts(check: CheckView, eyes: Eyes) -> "list[tuple[str | _StrPromise, str]]":
    seen = check.seen
    papers = "、".join(str(PAPER_LABELS[Paper(each)]) for each in seen["papers"])
    found: list[tuple[str | _StrPromise, str]] = [
        (_("受け取る方"), str(RECEIVER_LABELS[Receiver(seen["receiver"])])),
        (_("本人の本人確認書類"), papers or "—"),
        (_("確かめ方"), str(_("ICチップ") if seen["by"] == "chip" else _("目視"))),
    ]
    if seen["proxy_name"]:
        proxies = "、".join(str(PAPER_LABELS[Paper(each)]) for each in seen["proxy_papers"])
        name = eyes.text(NAME, seen["proxy_name"]) or "—"
        found += [(_("代理人の氏名"), name), (_("代理人の本人確認書類"), proxies or "—")]
    if seen["proofs"]:
        proofs = "、".join(str(PROOF_LABELS[Proof(each)]) for each in seen["proofs"])
        found.append((_("そのほかの書類"), proofs))
    if seen["walk_in"]:
        found.append((_("予約"), str(_("予約なしで来た方"))))
    return found
