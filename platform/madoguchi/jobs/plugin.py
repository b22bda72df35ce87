"""What the jobs room declares: the progress page."""

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import Urls


@hookimpl
def urls() -> tuple[Urls, ...]:
    """Mount the progress page on the staff hosts."""
    return (Urls(zone="staff", prefix="jobs/", module="madoguchi.jobs.urls"),)
