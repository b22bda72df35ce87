"""Check, see, do and undo a change of personnel: all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.accounts import administrators, overriding, services
from madoguchi.accounts.administrators import FIXED
from madoguchi.accounts.codes import is_staff_code
from madoguchi.accounts.errors import StaffCodeOdd
from madoguchi.accounts.models import PersonnelPlan, Staff
from madoguchi.accounts.several import WrongLine
from madoguchi.errors import DomainError, NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.words import letters

OBJECT = "accounts.personnel_plan"
UNDO_FOR = timedelta(days=7)
TEXTS = ("name", "name_kana", "section", "email")
State = PersonnelPlan.State


class PlanNotFound(NotFound):
    """There is no such plan here."""

    code = "personnel_plan_not_found"
    message = gettext_lazy("この人事異動は見つかりません。")


class PlanMovedOn(DomainError):
    """The plan was confirmed, done or dropped by somebody else, or the people have changed since."""

    code = "personnel_plan_moved_on"
    message = gettext_lazy("その後に別の変更があったため、できません。いまの状態を確かめてください。")


class LeaverUnknown(DomainError):
    """Somebody who is not here cannot leave."""

    code = "leaver_unknown"
    message = gettext_lazy("登録されていない職員コードです。")


class JoinerNameless(DomainError):
    """Somebody new needs a name."""

    code = "joiner_nameless"
    message = gettext_lazy("新しい職員には氏名が必要です。")


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


class _TakenBack(Exception):
    pass


def check(*, entries: Sequence[Mapping[str, Any]], actor: Actor, now: datetime) -> list[WrongLine]:
    """Try the whole change and take it back: what would be refused is named by its line."""
    wrong: list[WrongLine] = []
    try:
        with transaction.atomic():
            administrators.hold_still()
            for entry in _in_order(entries):
                try:
                    with transaction.atomic():
                        _apply(entry, actor, now)
                except DomainError as refusal:
                    wrong.append(WrongLine(number=entry["line"], reason=str(refusal)))
            raise _TakenBack
    except _TakenBack:
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
        administrators.hold_still()
        found = _locked(plan_id, State.DONE)
        if not can_undo(found, now=now):
            raise PlanMovedOn
        for each in reversed(found.before):
            _give_back(each, actor, now)
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
    administrators.hold_still()
    before = []
    for entry in _in_order(found.entries):
        person = Staff.objects.filter(staff_code=entry["staff_code"]).first()
        was = _facts(person) if person else None
        try:
            changed = _apply(entry, actor, now)
        except DomainError as refusal:
            raise LineRefused(code=entry["staff_code"], reason=str(refusal)) from refusal
        before.append({"staff": str(changed.id), "was": was, "then": _facts(changed)})
    found.before, found.state, found.done_at = before, State.DONE, now
    found.save(update_fields=["before", "state", "done_at"])
    _record(found, "accounts.personnel_done", actor, now)


def _apply(entry: Mapping[str, Any], actor: Actor, now: datetime) -> Staff:
    person = Staff.objects.prefetch_related("roles").filter(staff_code=entry["staff_code"]).first()
    if entry["kind"] == "leave":
        if person is None:
            raise LeaverUnknown
        keys = [role.key for role in person.roles.all()]
        services.grant(staff_id=person.id, role_keys=keys, is_active=False, actor=actor, now=now)
    elif person is None:
        person = _join(entry, actor, now)
    else:
        _move(person, entry, actor, now)
    return Staff.objects.prefetch_related("roles").get(id=person.id)


def _join(entry: Mapping[str, Any], actor: Actor, now: datetime) -> Staff:
    if not entry.get("name"):
        raise JoinerNameless
    if not is_staff_code(entry["staff_code"]):
        raise StaffCodeOdd
    texts = {name: entry.get(name, "") for name in ("name", "name_kana", "section")}
    person = services.add_staff(staff_code=entry["staff_code"], **texts, actor=actor, now=now)
    _set(person, {**_facts(person), **_wanted(entry)}, actor, now)
    return person


def _move(person: Staff, entry: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    was = _facts(person)
    _set(person, {**was, **_wanted(entry, was), "is_active": True}, actor, now)


def _set(person: Staff, facts: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    services.change_staff(staff_id=person.id, entry=facts, actor=actor, now=now)


def _wanted(entry: Mapping[str, Any], was: Mapping[str, Any] | None = None) -> dict[str, Any]:
    wanted = {name: entry[name] for name in (*TEXTS, "roles", "places") if name in entry}
    # A sheet gives letters in their usual width: a name typed in another is still the same name.
    same = [name for name in TEXTS if name in wanted and was and letters.plain(was[name]) == wanted[name]]
    return {name: value for name, value in wanted.items() if name not in same}


def _facts(person: Staff) -> dict[str, Any]:
    return {
        **{name: getattr(person, name) for name in TEXTS},
        "roles": sorted(person.roles.values_list("key", flat=True)),
        "places": sorted(str(each) for each in person.place_ids or ()),
        "is_active": person.is_active,
    }


def _give_back(each: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    person = Staff.objects.select_for_update().filter(id=UUID(each["staff"])).first()
    if person is None or _facts(person) != each["then"]:
        raise PlanMovedOn
    if each["was"] is None:
        services.grant(staff_id=person.id, role_keys=[], is_active=False, actor=actor, now=now)
        overriding.set_places(staff_id=person.id, place_ids=[], actor=actor, now=now)
    else:
        _set(person, each["was"], actor, now)


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
        wanted = _wanted(entry)
        return Step(
            "join", code, entry.get("name", ""), [(name, "", value) for name, value in wanted.items()]
        )
    was = _facts(person)
    wanted = _wanted(entry, was)
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
