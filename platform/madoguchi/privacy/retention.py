"""Change times of keeping, place and lift holds: public API of this room."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.approvals import services as approvals
from madoguchi.approvals.errors import ReasonMissing
from madoguchi.errors import DomainError, Invalid, NotFound
from madoguchi.hooks.contracts.approvals import Decision
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor, actor_from
from madoguchi.privacy import classes, declarations, rules
from madoguchi.privacy.classes import Kept
from madoguchi.privacy.models import LegalHold, RetentionChange, RetentionRule


class TooLong(Invalid):
    """Nothing is kept for more than a hundred years."""

    code = "retention_too_long"
    message = gettext_lazy("保存期間は0〜1200か月で入力してください。")


class CountChanged(DomainError):
    """More rows are due than whoever confirms was shown."""

    code = "retention_count_changed"
    message = gettext_lazy("消える件数が変わりました。件数を確かめて、もう一度確定してください。")


class NothingHeld(Invalid):
    """Nothing is kept under this reference."""

    code = "nothing_to_hold"
    message = gettext_lazy("この番号のデータは見つかりません。番号を確かめてください。")


class HoldNotFound(NotFound):
    """There is no such hold, or it has been lifted."""

    code = "hold_not_found"
    message = gettext_lazy("この停止は見つからないか、すでに解かれています。")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a wished time of keeping would do, before anybody says yes to it."""

    kept: Kept
    months: int
    floor_months: int
    need: rules.Need
    due_now: int
    due_then: int
    held: int
    before: date

    @property
    def is_same(self) -> bool:
        """Tell whether nothing would change."""
        return (self.months, self.floor_months) == (self.kept.months, self.kept.floor_months)

    @property
    def months_in_words(self) -> str:
        """Write the wished time as people say it."""
        return rules.in_words(self.months)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A wish of an administrator: months, the lowest bound of the city's own rules, and why."""

    name: str
    months: int
    floor_months: int
    reason: str = ""


def plan(*, wanted: Wanted, today: date) -> Plan:
    """Count what a change would do; nothing is changed.

    Raises UnknownDataClass and TooLong.
    """
    kept = classes.find(wanted.name)
    for months in (wanted.months, wanted.floor_months):
        if not 0 <= months <= rules.LONGEST_MONTHS:
            raise TooLong
    due_now, _held_now = classes.due(kept, months=kept.months, today=today)
    due_then, held = classes.due(kept, months=wanted.months, today=today)
    return Plan(
        kept=kept,
        months=wanted.months,
        floor_months=wanted.floor_months,
        need=rules.need_of(
            before=kept.months,
            after=wanted.months,
            floor_before=kept.floor_months,
            floor_after=wanted.floor_months,
            minimum=kept.declared.minimum_months,
            held=held,
        ),
        due_now=due_now,
        due_then=due_then,
        held=held,
        before=rules.due_before(today=today, months=wanted.months),
    )


def change(*, wanted: Wanted, seen: int | None, actor: Actor, now: datetime) -> UUID | None:
    """Keep a new time, or ask a second person where it needs one; return that request.

    ``seen`` is the count that was shown. Raises CountChanged, ReasonMissing, AlreadyAsked, TooLong.
    """
    found = plan(wanted=wanted, today=clock.local(now).date())
    if found.is_same:
        return None
    if found.need != "nothing" and (seen is None or found.due_then > seen):
        raise CountChanged(due=found.due_then)
    if found.need != "nothing" and not wanted.reason.strip():
        raise ReasonMissing
    if found.need == "approval":
        return _ask(found, wanted, actor=actor, now=now)
    _keep(found.kept, wanted, actor=actor, approved_by="", now=now)
    return None


def carry_out(*, approved: Decision, now: datetime) -> None:
    """Keep the shorter time that a second person approved."""
    wanted = Wanted(
        name=approved.subject,
        months=int(approved.values["months"]),
        floor_months=int(approved.values["floor_months"]),
        reason=approved.reason,
    )
    asked = approved.asked_by
    actor = actor_from(kind=asked.kind, number=asked.id, name=asked.name)
    _keep(classes.find(wanted.name), wanted, actor=actor, approved_by=approved.decided_by.name, now=now)


def _ask(found: Plan, wanted: Wanted, *, actor: Actor, now: datetime) -> UUID:
    label = str(found.kept.declared.label)
    effects = [
        (_("データの種類"), label),
        (_("保存期間"), f"{found.kept.months_in_words} → {found.months_in_words}"),
        (_("今夜消える件数"), _("%(now)d件 → %(then)d件") % {"now": found.due_now, "then": found.due_then}),
        (_("消し方"), str(found.kept.declared.effect)),
    ]
    if found.floor_months != found.kept.floor_months:
        floors = (found.kept.floor_months, found.floor_months)
        effects.append((_("下限"), " → ".join(rules.in_words(each) if each else "—" for each in floors)))
    if found.held:
        effects.append((_("消去を止めている件数"), _("%(held)d件（消えません）") % {"held": found.held}))
    if found.kept.declared.law:
        effects.append((_("根拠"), str(found.kept.declared.law)))
    return approvals.ask(
        wish=approvals.Wish(
            kind=declarations.SHORTEN,
            subject=wanted.name,
            reason=wanted.reason,
            effects=effects,
            values={"months": wanted.months, "floor_months": wanted.floor_months},
        ),
        actor=actor,
        now=now,
    )


def _keep(kept: Kept, wanted: Wanted, *, actor: Actor, approved_by: str, now: datetime) -> None:
    with transaction.atomic():
        RetentionRule.objects.update_or_create(
            data_class=kept.name, defaults={"months": wanted.months, "floor_months": wanted.floor_months}
        )
        RetentionChange.objects.create(
            data_class=kept.name,
            months_before=kept.months,
            months_after=wanted.months,
            floor_before=kept.floor_months,
            floor_after=wanted.floor_months,
            reason=wanted.reason.strip(),
            changed_at=now,
            changed_by=actor.name,
            approved_by=approved_by,
        )
        details = {
            "months": f"{kept.months} → {wanted.months}",
            "floor": f"{kept.floor_months} → {wanted.floor_months}",
            "reason": wanted.reason.strip(),
            "approved_by": approved_by,
        }
        _record(declarations.RETENTION_CHANGED, kept.name, details, actor=actor, now=now)


def place_hold(
    *, name: str, reference: str, reason: str, until: date | None, actor: Actor, now: datetime
) -> UUID:
    """Stop the erasing of a class, or of what a reference names.

    Raises UnknownDataClass, ReasonMissing and NothingHeld.
    """
    kept = classes.find(name)
    if not reason.strip():
        raise ReasonMissing
    found = kept.declared.find(reference) if reference.strip() and kept.declared.find else ()
    if reference.strip() and not found:
        raise NothingHeld
    with transaction.atomic():
        hold = LegalHold.objects.create(
            data_class=name,
            references=[key for key, _label in found],
            label="、".join(label for _key, label in found)[:80],
            reason=reason.strip(),
            until=until,
            placed_at=now,
            placed_by=actor.name,
        )
        details = {"reason": reason.strip(), "until": until.isoformat() if until else ""}
        _record(declarations.HOLD_PLACED, name, details, actor=actor, now=now)
    return hold.id


def lift_hold(*, hold_id: UUID, actor: Actor, now: datetime) -> None:
    """Let erasing go on.

    Raises HoldNotFound.
    """
    with transaction.atomic():
        hold = LegalHold.objects.select_for_update().filter(id=hold_id, lifted_at=None).first()
        if hold is None:
            raise HoldNotFound
        hold.lifted_at, hold.lifted_by = now, actor.name
        hold.save(update_fields=["lifted_at", "lifted_by"])
        _record(declarations.HOLD_LIFTED, hold.data_class, {"reason": hold.reason}, actor=actor, now=now)


def _record(action: str, name: str, details: dict[str, str], *, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=declarations.OBJECT,
        object_ids=[name],
        details={key: text for key, text in details.items() if text},
        now=now,
    )
