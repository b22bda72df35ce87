"""One action on many rows: asked for, confirmed, run row by row, and taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.desk.lists import bulk_actions
from madoguchi.accounts.desk.undoing import WINDOW, MovedOn
from madoguchi.errors import DomainError, Invalid, NotFound
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.deeds import BulkAction
from madoguchi.jobs import services
from madoguchi.jobs.models import BulkRun, Job
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

AT_ONCE = 200
MOST = 5_000
NAMED = 20
REASON = "jobs_bulkrun.sealed_reason"
LONGEST_REASON = 200
# My Number cards are younger, and no city plans so far ahead.
FIRST_DAY, LAST_DAY = date(2015, 1, 1), date(2099, 12, 31)


class RunNotFound(NotFound):
    """There is no such run here."""

    code = "bulk_run_not_found"
    message = gettext_lazy("この一括操作は見つかりません。")


class NothingChosen(Invalid):
    """No row was chosen."""

    code = "nothing_chosen"
    message = gettext_lazy("行が選ばれていません。行の左の欄にチェックを付けてから、もう一度進んでください。")


class ChoiceMissing(Invalid):
    """The action needs a choice that was not made."""

    code = "choice_missing"
    message = gettext_lazy("内容を選んでください。")


class DayMissing(Invalid):
    """The action needs a day."""

    code = "day_missing"
    message = gettext_lazy("日付を入力してください（例：2026-11-24）。")


class AlreadyConfirmed(DomainError):
    """The same button was pressed twice."""

    code = "already_confirmed"
    message = gettext_lazy("この一括操作は、すでに実行されています。")


@dataclass(frozen=True)
class Result:
    """What became of one row."""

    name: str
    is_done: bool
    message: str


def action_of(run: BulkRun) -> BulkAction:
    """Find what a run does.

    Raises RunNotFound when nobody declares it any more.
    """
    found = bulk_actions().get(run.action)
    if found is None:
        raise RunNotFound(run=str(run.id))
    return found


def find(*, run_id: UUID) -> BulkRun:
    """Find a run.

    Raises RunNotFound.
    """
    run = BulkRun.objects.filter(id=run_id).first()
    if run is None:
        raise RunNotFound(run=str(run_id))
    return run


def ask(*, action: BulkAction, rows: Sequence[UUID], back_url: str, actor: Actor, now: datetime) -> BulkRun:
    """Note what is to be done to which rows; nothing happens before it is confirmed.

    Raises NothingChosen.
    """
    if not rows:
        raise NothingChosen
    return BulkRun.objects.create(
        action=action.name,
        rows=list(dict.fromkeys(rows))[:MOST],
        back_url=back_url[:1000],
        created_by_id=actor.id,
        created_by_name=actor.name,
        created_at=now,
    )


def confirm(*, run_id: UUID, choice: str, actor: Actor, now: datetime, reason: str = "") -> BulkRun:
    """Do it: at once where there are few rows, otherwise by a worker with progress.

    Raises RunNotFound, ChoiceMissing, DayMissing and AlreadyConfirmed.
    """
    with transaction.atomic():
        run = BulkRun.objects.select_for_update().filter(id=run_id).first()
        if run is None:
            raise RunNotFound(run=str(run_id))
        if run.state != BulkRun.State.ASKED:
            raise AlreadyConfirmed
        action = action_of(run)
        if action.choices and choice not in {value for value, _label in action.choices()}:
            raise ChoiceMissing
        if action.asks_day and not _is_day(choice):
            raise DayMissing
        run.choice, run.state = choice, BulkRun.State.RUNNING
        if action.asks_reason and reason.strip():
            fields = {"text": reason.strip()[:LONGEST_REASON]}
            run.sealed_reason = vault.seal(fields=fields, place=REASON, row=run.id)
        if len(run.rows) > AT_ONCE:
            run.job = _queue(run, action, actor, now).id
        run.save(update_fields=["choice", "state", "job", "sealed_reason"])
    return run


def carry_out(
    *, run: BulkRun, actor: Actor, now: datetime, progress: services.Progress | None = None
) -> None:
    """Do the action to every row, each in a savepoint of its own; a refusal stops no other row."""
    action = action_of(run)
    given = _given(action, run)
    results: list[dict[str, Any]] = []
    for number, row in enumerate(run.rows):
        results.append(_one(action, row, given, actor, now))
        if progress is not None:
            errors = sum("error" in each for each in results)
            progress.tell(done=number + 1, total=len(run.rows), errors=errors)
    results = _together(action, results, actor, now)
    run.results, run.state, run.finished_at = results, BulkRun.State.DONE, now
    run.save(update_fields=["results", "state", "finished_at"])
    audit.record(
        actor=actor,
        action="jobs.bulk_run",
        object_type="jobs.bulk_run",
        object_ids=[str(run.id)],
        details={"kind": run.action, "rows": len(results), "refused": len(refused(run))},
        now=now,
    )


def done(run: BulkRun) -> list[dict[str, Any]]:
    """List the rows on which it worked."""
    return [each for each in run.results if "error" not in each]


def then(run: BulkRun) -> str:
    """Give the address of what was begun for all rows together, empty where nothing was."""
    return next((str(each["then"]) for each in run.results if "then" in each), "")


def refused(run: BulkRun) -> list[dict[str, Any]]:
    """List the rows on which it did not work."""
    return [each for each in run.results if "error" in each]


def results_of(run: BulkRun, *, eyes: Eyes) -> list[Result]:
    """Name every row to a reader with what became of it, refusals first."""
    names = action_of(run).describe(rows=[UUID(each["row"]) for each in run.results], eyes=eyes)
    found = [
        Result(
            name=names.get(UUID(each["row"]), _("見つからない行")),
            is_done="error" not in each,
            message=each.get("error", ""),
        )
        for each in run.results
    ]
    return sorted(found, key=lambda result: result.is_done)


def names_of(run: BulkRun, *, eyes: Eyes) -> list[str]:
    """Name the first rows to a reader, for the confirmation."""
    names = action_of(run).describe(rows=run.rows[:NAMED], eyes=eyes)
    return [names.get(row, _("見つからない行")) for row in run.rows[:NAMED]]


def can_undo(run: BulkRun, *, actor: Actor, now: datetime) -> bool:
    """Tell whether this person can still take a run back."""
    is_fresh = run.finished_at is not None and now - run.finished_at <= WINDOW
    is_open = run.undone_at is None and bool(done(run)) and action_of(run).undo is not None
    return is_fresh and is_open and run.created_by_id == actor.id


def take_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Undo a run on all rows on which it worked, or on none.

    Raises MovedOn when one of them was changed since.
    """
    run = BulkRun.objects.select_for_update().filter(id=UUID(values["run"])).first()
    if run is None or run.undone_at is not None:
        raise MovedOn
    action = action_of(run)
    assert action.undo is not None
    for each in done(run):
        action.undo(row=UUID(each["row"]), before=each["before"], actor=actor, now=now)
    run.undone_at = now
    run.save(update_fields=["undone_at"])


def _given(action: BulkAction, run: BulkRun) -> dict[str, str]:
    if not action.asks_reason:
        return {"choice": run.choice}
    sealed = run.sealed_reason
    opened = vault.open_sealed(sealed=sealed, place=REASON, row=run.id) if sealed else {"text": ""}
    return {"choice": run.choice, "reason": str(opened["text"])}


def _is_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return FIRST_DAY <= day <= LAST_DAY


def _one(
    action: BulkAction, row: UUID, given: Mapping[str, str], actor: Actor, now: datetime
) -> dict[str, Any]:
    try:
        with transaction.atomic():
            before = action.run(row=row, actor=actor, now=now, **given)
    except DomainError as refusal:
        return {"row": str(row), "error": str(refusal)}
    return {"row": str(row), "before": dict(before)}


def _together(
    action: BulkAction, results: list[dict[str, Any]], actor: Actor, now: datetime
) -> list[dict[str, Any]]:
    """Begin what is done for all rows in one; where that is refused, no row was done."""
    rows = [UUID(each["row"]) for each in results if "error" not in each]
    if action.together is None or not rows:
        return results
    try:
        with transaction.atomic():
            address = action.together(rows=rows, actor=actor, now=now)
    except DomainError as refusal:
        return [{"row": each["row"], "error": each.get("error", str(refusal))} for each in results]
    return [each if "error" in each else {**each, "then": address} for each in results]


def _queue(run: BulkRun, action: BulkAction, actor: Actor, now: datetime) -> Job:
    return services.queue(
        kind="jobs.bulk",
        title=_("一括操作：%(label)s") % {"label": action.label},
        permission=action.permission,
        return_url=reverse("jobs:bulk", args=[run.id]),
        actor=actor,
        now=now,
    )
