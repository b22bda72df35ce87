"""Check, see, do and undo a change of personnel: all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.accounts import administrators
from madoguchi.accounts.administrators import FIXED
from madoguchi.accounts.models import PersonnelPlan, Staff
from madoguchi.accounts.personnel.applying import Crowd, facts_of, wanted_of
from madoguchi.accounts.several import WrongLine
from madoguchi.errors import DomainError, NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

OBJECT = "accounts.personnel_plan"
UNDO_FOR = timedelta(days=7)
State = PersonnelPlan.State


class PlanNotFound(NotFound):
    """There is no such plan here."""

    code = "personnel_plan_not_found"
    message = gettext_lazy("この人事異動は見つかりません。")


class PlanMovedOn(DomainError):
    """The plan was confirmed, done or dropped by somebody else, or the people have changed since."""

    code = "personnel_plan_moved_on"
    message = gettext_lazy("その後に別の変更があったため、できません。いまの状態を確かめてください。")


class LineRefused(DomainError):
    """One of the changes is refused, and with it the whole plan."""

    code = "personnel_line_refused"

    def __str__(self) -> str:
        return "{code}：{reason}".format(**self.details)


@dataclass(frozen=True)
class Step:
    """What a plan means for one person: join, return, move, leave or nothing."""

    kind: str
    staff_code: str
    name: str
    changes: Sequence[tuple[str, Any, Any]]


def check(*, entries: Sequence[Mapping[str, Any]], actor: Actor, now: datetime) -> list[WrongLine]:
    """Try the whole change without writing anything: what would be refused is named by its line."""
    wrong: list[WrongLine] = []
    with transaction.atomic():
        crowd = _crowd(entries, actor, now)
        for entry in _in_order(entries):
            try:
                crowd.decide(entry)
            except DomainError as refusal:
                wrong.append(WrongLine(number=entry["line"], reason=str(refusal)))
    return sorted(wrong, key=lambda line: line.number)


def plan(
    *, entries: Sequence[Mapping[str, Any]], effective_on: date, actor: Actor, now: datetime
) -> PersonnelPlan:
    """Keep a checked file until it is confirmed."""
    return PersonnelPlan.objects.create(
        effective_on=effective_on,
        state=State.CHECKED,
        entries=[dict(each) for each in entries],
        asked_by_id=actor.id,
        asked_by_name=actor.name,
        asked_at=now,
    )


def find(*, plan_id: UUID) -> PersonnelPlan:
    """Find a plan.

    Raises PlanNotFound.
    """
    found = PersonnelPlan.objects.filter(id=plan_id).first()
    if found is None:
        raise PlanNotFound(plan=str(plan_id))
    return found


def plans() -> list[PersonnelPlan]:
    """List the plans of the last times, the newest first."""
    return list(PersonnelPlan.objects.exclude(state=State.CHECKED)[:20])


def steps(found: PersonnelPlan) -> list[Step]:
    """Say what a plan changes for each person, as things now stand."""
    people = {
        each.staff_code: each
        for each in Staff.objects.prefetch_related("roles").filter(
            staff_code__in=[entry["staff_code"] for entry in found.entries]
        )
    }
    return [_step(entry, people.get(entry["staff_code"])) for entry in found.entries]


def confirm(*, plan_id: UUID, actor: Actor, now: datetime) -> PersonnelPlan:
    """Do a plan at once when its day has come, or keep it for its day.

    Raises PlanNotFound, PlanMovedOn and whatever refuses one of the changes.
    """
    with transaction.atomic():
        # Before the plan is locked, as everywhere.
        administrators.hold_still()
        found = _locked(plan_id, State.CHECKED)
        if found.effective_on > clock.local(now).date():
            found.state = State.PLANNED
            found.save(update_fields=["state"])
            _record(found, "accounts.personnel_planned", actor, now)
            return found
        _carry_out(found, actor, now)
    return found


def drop(*, plan_id: UUID, actor: Actor, now: datetime) -> None:
    """Give a plan up that has not been done yet.

    Raises PlanNotFound and PlanMovedOn.
    """
    with transaction.atomic():
        found = _locked(plan_id, State.CHECKED, State.PLANNED)
        if found.state == State.PLANNED:
            _record(found, "accounts.personnel_dropped", actor, now)
        found.state = State.DROPPED
        found.save(update_fields=["state"])


def do_due(*, now: datetime) -> int:
    """Do the plans whose day has come; one that is refused says why and changes nobody."""
    PersonnelPlan.objects.filter(state=State.CHECKED, asked_at__lt=now - timedelta(days=1)).delete()
    due = PersonnelPlan.objects.filter(state=State.PLANNED, effective_on__lte=clock.local(now).date())
    done = 0
    for plan_id in list(due.order_by("effective_on", "asked_at").values_list("id", flat=True)):
        found = find(plan_id=plan_id)
        actor = Actor(kind="staff", id=found.asked_by_id, name=found.asked_by_name)
        try:
            with transaction.atomic():
                administrators.hold_still()
                _carry_out(_locked(plan_id, State.PLANNED), actor, now)
        except DomainError as refusal:
            _refuse(plan_id, refusal, actor, now)
        else:
            done += 1
    return done


def undo(*, plan_id: UUID, actor: Actor, now: datetime) -> None:
    """Give everybody what they had before a plan; who joined by it is kept out.

    Raises PlanNotFound, and PlanMovedOn when somebody was changed since or a week has gone by.
    """
    with transaction.atomic():
        # Before the plan is locked, as everywhere.
        administrators.hold_still()
        found = _locked(plan_id, State.DONE)
        if not can_undo(found, now=now):
            raise PlanMovedOn
        _give_back(found, actor, now)
        found.undone_at = now
        found.save(update_fields=["undone_at"])
        _record(found, "accounts.personnel_undone", actor, now)


def can_undo(found: PersonnelPlan, *, now: datetime) -> bool:
    """Tell whether a plan may still be taken back."""
    return found.done_at is not None and found.undone_at is None and now - found.done_at <= UNDO_FOR


def without_password(found: PersonnelPlan) -> list[Staff]:
    """List who joined by a plan and has no password yet."""
    joined = [UUID(each["staff"]) for each in found.before if each["was"] is None]
    people = Staff.objects.filter(id__in=joined, is_active=True).order_by("staff_code")
    return [person for person in people if not person.has_usable_password()]


def _carry_out(found: PersonnelPlan, actor: Actor, now: datetime) -> None:
    crowd = _crowd(found.entries, actor, now)
    changes = []
    for entry in _in_order(found.entries):
        try:
            changes.append(crowd.decide(entry))
        except DomainError as refusal:
            raise LineRefused(code=entry["staff_code"], reason=str(refusal)) from refusal
    crowd.write(changes, now=now)
    found.before = [{"staff": str(each.person.id), "was": each.was, "then": each.then} for each in changes]
    found.state, found.done_at = State.DONE, now
    found.save(update_fields=["before", "state", "done_at"])
    _record(found, "accounts.personnel_done", actor, now)


def _crowd(entries: Sequence[Mapping[str, Any]], actor: Actor, now: datetime) -> Crowd:
    return Crowd(codes=[entry["staff_code"] for entry in entries], actor=actor, now=now)


def _give_back(found: PersonnelPlan, actor: Actor, now: datetime) -> None:
    crowd = _crowd(found.entries, actor, now)
    people = {str(person.id): person for person in crowd.people}
    changes = []
    for each in reversed(found.before):
        person = people.get(each["staff"])
        if person is None or facts_of(person) != each["then"]:
            raise PlanMovedOn
        # Who joined by it is kept out.
        was = each["was"] or {**each["then"], "roles": [], "places": [], "is_active": False}
        changes.append(crowd.give(person, was))
    crowd.write(changes, now=now)


def _in_order(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Let people in before others go, so that somebody can always let people in."""
    return sorted(
        entries, key=lambda each: (each["kind"] == "leave", FIXED.isdisjoint(each.get("roles", ())))
    )


def _step(entry: Mapping[str, Any], person: Staff | None) -> Step:
    code = entry["staff_code"]
    if entry["kind"] == "leave":
        return Step(
            "leave" if person and person.is_active else "same", code, person.name if person else "", []
        )
    if person is None:
        wanted = wanted_of(entry)
        return Step(
            "join", code, entry.get("name", ""), [(name, "", value) for name, value in wanted.items()]
        )
    was = facts_of(person)
    wanted = wanted_of(entry, was)
    changes = [(name, was[name], value) for name, value in wanted.items() if was[name] != value]
    kind = "return" if not person.is_active else "move" if changes else "same"
    return Step(kind, code, entry.get("name", person.name), changes)


def _locked(plan_id: UUID, *states: str) -> PersonnelPlan:
    found = PersonnelPlan.objects.select_for_update().filter(id=plan_id).first()
    if found is None:
        raise PlanNotFound(plan=str(plan_id))
    if found.state not in states:
        raise PlanMovedOn
    return found


def _refuse(plan_id: UUID, refusal: DomainError, actor: Actor, now: datetime) -> None:
    found = find(plan_id=plan_id)
    found.state, found.refusal = State.REFUSED, str(refusal)[:300]
    found.save(update_fields=["state", "refusal"])
    _record(found, "accounts.personnel_refused", actor, now)


def _returns(each: Mapping[str, Any]) -> bool:
    was = each["was"]
    return was is not None and each["then"]["is_active"] and not was["is_active"]


def _record(found: PersonnelPlan, action: str, actor: Actor, now: datetime) -> None:
    counts: dict[str, Any] = {}
    if found.before:
        joins = sum(each["was"] is None for each in found.before)
        returns = sum(_returns(each) for each in found.before)
        leaves = sum(each["kind"] == "leave" for each in found.entries)
        moves = len(found.entries) - joins - returns - leaves
        counts = {"joins": joins, "returns": returns, "moves": moves, "leaves": leaves}
    audit.record(
        actor=actor,
        action=action,
        object_type=OBJECT,
        object_ids=[str(found.id)],
        details={"effective_on": found.effective_on.isoformat(), **counts},
        now=now,
    )
