"""The pages of a bulk action: what will happen to how many rows, and what became of each."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.desk import lists, undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.hooks.deeds import BulkAction
from madoguchi.jobs import bulk, tasks
from madoguchi.jobs.models import BulkRun
from madoguchi.ledger.values import JSON
from madoguchi.web.access import refuse, signed_in

UNDO = "jobs.bulk_run"


@signed_in
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Take the chosen rows and lead to the confirmation."""
    ticket = lists.read_ticket(text=request.POST.get("ticket", ""))
    action = lists.bulk_actions().get(request.POST.get("action", ""))
    back_url = f"{ticket['path']}?{ticket['query']}"
    if action is None:
        messages.error(request, _("操作を選んでください。"))
        return redirect(back_url)
    _check(request, action)
    is_all = "all_found" in request.POST
    rows = action.find(query=ticket["query"], eyes=eyes_of(request)) if is_all else _chosen(request)
    try:
        run = bulk.ask(action=action, rows=rows, back_url=back_url, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back_url)
    return redirect("jobs:bulk", run.id)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask once more, do it, and show what became of each row."""
    run = bulk.find(run_id=run_id)
    action = bulk.action_of(run)
    _check(request, action)
    error = ""
    if request.method == "POST":
        try:
            return _carry_out(request, run)
        except DomainError as refusal:
            error, run = str(refusal), bulk.find(run_id=run_id)
    if run.state == BulkRun.State.RUNNING and run.job:
        return redirect("jobs:show", run.job)
    context = {
        "run": run,
        "action": action,
        "count": len(run.rows),
        "error": error,
        "has_errors": bool(error),
        "typed": {name: request.POST.get(name, "") for name in ("choice", "reason")},
        "today": clock.today(),
    }
    if run.state == BulkRun.State.DONE:
        context |= {
            "results": bulk.results_of(run, eyes=eyes_of(request)),
            "done": len(bulk.done(run)),
            "refused": len(bulk.refused(run)),
            "then": bulk.then(run),
            "may_undo": bool(run.job) and bulk.can_undo(run, actor=actor_of(request), now=clock.now()),
        }
        return render(request, "jobs/bulk_done.html", context)
    names = bulk.names_of(run, eyes=eyes_of(request))
    context |= {"names": names, "choices": action.choices() if action.choices else []}
    context["more"] = max(0, len(run.rows) - bulk.NAMED)
    return render(request, "jobs/bulk_confirm.html", context, status=422 if error else 200)


@signed_in
@require_POST
def take_back(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Take back what a worker did to many rows."""
    run = bulk.find(run_id=run_id)
    _check(request, bulk.action_of(run))
    actor, now = actor_of(request), clock.now()
    try:
        if not bulk.can_undo(run, actor=actor, now=now):
            raise undoing.TooLate
        bulk.take_back(values={"run": str(run.id)}, actor=actor, now=now)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        undoing.record_undone(actor=actor, kind=UNDO, object_id=str(run.id), now=now)
        messages.success(request, _("元に戻しました。"))
    return redirect("jobs:bulk", run.id)


def _carry_out(request: HttpRequest, run: BulkRun) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    run = bulk.confirm(
        run_id=run.id,
        choice=request.POST.get("choice", ""),
        reason=request.POST.get("reason", ""),
        actor=actor,
        now=now,
    )
    if run.job:
        tasks.carry_out_bulk.delay_on_commit(run_id=str(run.id), job=str(run.job))
        return redirect("jobs:show", run.job)
    bulk.carry_out(run=run, actor=actor, now=now)
    if bulk.then(run) and not bulk.refused(run):
        return redirect(bulk.then(run))
    action = bulk.action_of(run)
    done = len(bulk.done(run))
    if action.undo and done:
        text = _("%(count)d件を処理しました：%(label)s") % {"count": done, "label": action.label}
        values: dict[str, JSON] = {"run": str(run.id), "permission": action.permission}
        undoing.offer(request, kind=UNDO, text=text, values=values, back_url=run.back_url)
    return redirect("jobs:bulk", run.id)


def _check(request: HttpRequest, action: BulkAction) -> None:
    if not request.user.has_permission(action.permission):  # type: ignore[union-attr]
        refuse(request, permission=action.permission)


def _chosen(request: HttpRequest) -> list[UUID]:
    found = []
    for text in request.POST.getlist("row")[: bulk.MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
