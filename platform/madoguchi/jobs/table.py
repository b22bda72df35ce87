"""The list of work beside the pages."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.jobs.models import Job
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty

KINDS = {
    Job.State.DONE: "done",
    Job.State.FAILED: "error",
    Job.State.RUNNING: "wait",
    Job.State.QUEUED: "wait",
}


def _state(job: Job) -> Mark:
    return Mark(KINDS.get(Job.State(job.state), "none"), job.get_state_display())


JOBS = Table(
    name="jobs.jobs",
    label=_("処理の一覧"),
    columns=(
        Column(name="created_at", label=_("受付日時"), sort=("created_at",), css="mono", is_fixed=True),
        Column(name="title", label=_("処理"), sort=("title",), is_fixed=True, is_link=True),
        Column(name="state", label=_("状態"), value=_state, is_fixed=True),
        Column(name="percent", label=_("進み（%）"), css="num"),
        Column(name="total", label=_("件数"), sort=("total",), css="num"),
        Column(name="errors", label=_("できなかった件数"), sort=("errors",), css="num"),
        Column(name="created_by_name", label=_("担当"), sort=("created_by_name", "created_at")),
        Column(name="finished_at", label=_("終了"), sort=("finished_at",), css="mono"),
    ),
    filters=(Filter(name="state", label=_("状態"), choices=Job.State.choices),),
    search=("title", "created_by_name"),
    search_label=_("処理・担当"),
    sort="-created_at",
    link=lambda job: reverse("jobs:show", args=[job.id]),
    nothing_yet=Empty(
        heading=_("まだ処理はありません"), advice=_("取込や、件数の多い一括操作を始めると、ここに並びます。")
    ),
)
