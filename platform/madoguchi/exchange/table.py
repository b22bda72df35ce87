"""The list of imports."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.exchange.formats import active_formats
from madoguchi.exchange.models import ImportJob
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty

KINDS = {
    ImportJob.State.APPLIED: "done",
    ImportJob.State.CHECKED: "ok",
    ImportJob.State.RECEIVED: "wait",
    ImportJob.State.APPLYING: "wait",
}


def _state(job: ImportJob) -> Mark:
    return Mark(KINDS.get(ImportJob.State(job.state), "none"), job.get_state_display())


def _format(job: ImportJob) -> object:
    return next((each.label for each in active_formats() if each.name == job.format), job.format)


IMPORTS = Table(
    name="exchange.imports",
    label=_("取込の一覧"),
    columns=(
        Column(name="uploaded_at", label=_("受付日時"), sort=("uploaded_at",), css="mono", is_fixed=True),
        Column(name="file_name", label=_("ファイル"), sort=("file_name",), is_fixed=True, is_link=True),
        Column(name="format", label=_("取込形式"), value=_format, is_shown=False),
        Column(name="state", label=_("状態"), value=_state, is_fixed=True),
        Column(name="rows", label=_("行"), sort=("rows",), css="num", has_total=True),
        Column(name="new", label=_("新規"), css="num", has_total=True),
        Column(name="changed", label=_("変更"), css="num", has_total=True),
        Column(name="same", label=_("変更なし"), css="num", has_total=True),
        Column(name="broken", label=_("取り込めない行"), sort=("broken",), css="num", has_total=True),
        Column(name="uploaded_by_name", label=_("担当"), sort=("uploaded_by_name", "uploaded_at")),
    ),
    filters=(Filter(name="state", label=_("状態"), choices=ImportJob.State.choices),),
    search=("file_name", "uploaded_by_name"),
    search_label=_("ファイル名・担当"),
    sort="-uploaded_at",
    link=lambda job: reverse("imports:show", args=[job.id]),
    nothing_yet=Empty(
        heading=_("まだ取込はありません"), advice=_("届いた一覧のCSVを上の欄から選んでください。")
    ),
)
