"""What the jobs room declares: the progress page."""

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.declarations import USE_DESK
from madoguchi.hooks.deeds import Undoable
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import AuditPhrase, NavigationItem, Schedule, TrialData, Urls
from madoguchi.jobs import bulk


@hookimpl
def urls() -> tuple[Urls, ...]:
    """Mount the progress page on the staff hosts."""
    return (Urls(zone="staff", prefix="jobs/", module="madoguchi.jobs.urls"),)


@hookimpl
def undoables() -> tuple[Undoable, ...]:
    """Let a bulk action be taken back as a whole."""
    label = _("一括操作")
    return (Undoable(name="jobs.bulk_run", label=label, permission=USE_DESK, function=bulk.take_back),)


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    """Say what was done to many rows at once."""
    return (AuditPhrase(action="jobs.bulk_run", phrase=_("一括操作をした")),)


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to what runs beside the pages."""
    return (
        NavigationItem(
            label=_("処理の一覧"),
            url_name="jobs:index",
            permission=USE_DESK,
            section=gettext("日々の業務"),
            order=90,
        ),
    )


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    """Begin the day with the people of today, and forget at night what nobody came back for."""
    return (
        Schedule(name="jobs.do_personnel_plans", task="jobs.do_personnel_plans", at="5 0 * * *"),
        Schedule(name="jobs.forget_drafts", task="jobs.forget_drafts", at="50 2 * * *"),
    )


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    """Forget what the worker did: a title may name a file."""
    return (TrialData(label=_("処理の記録"), tables=("jobs_bulkrun", "jobs_job")),)
