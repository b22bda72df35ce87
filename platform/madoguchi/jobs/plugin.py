"""What the jobs room declares: the progress page."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import TrialData, Urls


@hookimpl
def urls() -> tuple[Urls, ...]:
    """Mount the progress page on the staff hosts."""
    return (Urls(zone="staff", prefix="jobs/", module="madoguchi.jobs.urls"),)


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    """Forget what the worker did: a title may name a file."""
    return (TrialData(label=_("処理の記録"), tables=("jobs_bulkrun", "jobs_job")),)
