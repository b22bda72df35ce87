"""The progress page of a job, which works with and without JavaScript."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from madoguchi.accounts.desk import lists
from madoguchi.accounts.models import Staff
from madoguchi.jobs import services
from madoguchi.jobs.models import Job
from madoguchi.jobs.table import JOBS
from madoguchi.web.access import refuse, signed_in


@require_GET
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """List the work whose results this person may see."""
    staff = request.user
    assert isinstance(staff, Staff)
    rows = services.jobs_for(permissions=staff.granted_permissions)
    return lists.show(request, table=JOBS, rows=rows, template="jobs/index.html")


@require_GET
@signed_in
def show(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show how far a job has come; htmx takes the moving part out of the same page."""
    job = _job_for(request, job_id)
    response = render(request, "jobs/progress.html", {"job": job})
    if job.is_over and request.headers.get("HX-Request") == "true":
        response["HX-Refresh"] = "true"
    return response


@require_POST
@signed_in
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Ask a job to stop."""
    job = _job_for(request, job_id)
    services.request_cancel(job_id=job.id)
    return HttpResponseRedirect(reverse("jobs:show", args=[job.id]))


def _job_for(request: HttpRequest, job_id: UUID) -> Job:
    job = services.find(job_id=job_id)
    if not request.user.has_permission(job.permission):  # type: ignore[union-attr]
        refuse(request, permission=job.permission)
    return job
