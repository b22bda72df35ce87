"""What the fleet's migrations did, city by city, and what to do next."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.errors import NotFound
from madoguchi.web.access import requires
from tenants.console.badges import Badge
from tenants.console.declarations import VIEW_FLEET
from tenants.console.fleet import read_fleet
from tenants.fleet import queries

RUNS = 20
STEPS_PER_PAGE = 100


@requires(VIEW_FLEET)
@require_safe
def fleet_runs(request: HttpRequest) -> HttpResponse:
    """List the newest runs, below what is to be done now."""
    totals = read_fleet(now=clock.now()).totals()
    context = {
        "target": queries.target_version(),
        "runs": [(run, outcome_badge(run)) for run in queries.runs(limit=RUNS)],
        "advice": {"behind": totals.behind, "failed": totals.failed, "current": totals.cities},
    }
    return render(request, "tenants/console/runs.html", context)


@requires(VIEW_FLEET)
@require_safe
def fleet_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show what one run did to each schema, failures first."""
    run = next((each for each in queries.runs(limit=RUNS) if each.uuid == run_id), None)
    if run is None:
        raise NotFound(run=str(run_id))
    names = {line.schema_name: line.name for line in read_fleet(now=clock.now()).lines}
    page = Paginator(queries.steps(run_id=run_id), STEPS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "badge": outcome_badge(run),
        "page": page,
        "rows": [(step, names.get(step.schema_name, "")) for step in page.object_list],
    }
    return render(request, "tenants/console/run.html", context)


def outcome_badge(run: queries.Run) -> Badge:
    """Say how a run ended; failures weigh more than the word for its end."""
    if run.outcome == "running":
        return Badge("wait", "clock", run.outcome_label)
    is_good = run.outcome == "done" and not run.failed
    return Badge("ok", "check", run.outcome_label) if is_good else Badge("error", "cross", run.outcome_label)
