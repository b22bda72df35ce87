"""The lists of this room."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.privacy import classes
from madoguchi.privacy.models import ErasureRun, PersonRequest
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty

RUNS: Mapping[str, str] = {"running": "wait", "done": "done", "stopped": "error"}
REQUESTS: Mapping[str, str] = {
    "draft": "wait",
    "asked": "wait",
    "ready": "ok",
    "done": "done",
    "closed": "none",
}


def label_of(name: str) -> object:
    """Name a class, also one that no room declares any more."""
    return next((each.label for each in classes.declared() if each.name == name), name)


def mark_of(row: PersonRequest) -> Mark:
    """Draw the state of a request."""
    return Mark(REQUESTS.get(row.state, "none"), row.get_state_display())


def _counts(row: PersonRequest) -> str:
    return "、".join(f"{label} {count}" for label, count in row.counts.items()) or "—"


ERASURES = Table(
    name="privacy.erasures",
    label=_("消去の記録"),
    columns=(
        Column(name="started_at", label=_("実行日時"), sort=("started_at",), css="mono", is_fixed=True),
        Column(
            name="data_class",
            label=_("データの種類"),
            value=lambda run: label_of(run.data_class),
            is_fixed=True,
        ),
        Column(name="before", label=_("この日より前"), sort=("before",), css="mono"),
        Column(name="due", label=_("対象"), css="num", sort=("due",)),
        Column(name="erased", label=_("消した件数"), css="num", sort=("erased",), is_fixed=True),
        Column(name="held", label=_("止めている件数"), css="num", sort=("held",)),
        Column(
            name="state",
            label=_("状態"),
            value=lambda run: Mark(RUNS.get(run.state, "none"), run.get_state_display()),
        ),
    ),
    filters=(
        Filter(
            name="data_class",
            label=_("データの種類"),
            choices=lambda: [(each.name, each.label) for each in classes.declared()],
        ),
        Filter(name="state", label=_("状態"), choices=ErasureRun.State.choices),
    ),
    sort="-started_at",
    nothing_yet=Empty(
        heading=_("消去の記録はまだありません"),
        advice=_("保存期間を過ぎたデータを夜間に消すと、件数だけがここに残ります。"),
    ),
)

PEOPLE = Table(
    name="privacy.people",
    label=_("開示・消去の請求の一覧"),
    columns=(
        Column(name="made_at", label=_("受付日時"), sort=("made_at",), css="mono", is_fixed=True),
        Column(
            name="kind",
            label=_("種類"),
            value=lambda row: row.get_kind_display(),
            is_fixed=True,
            is_link=True,
        ),
        Column(name="state", label=_("状態"), value=mark_of, is_fixed=True),
        Column(name="counts", label=_("データ"), value=_counts, css="wrap"),
        Column(name="made_by", label=_("受け付けた人"), sort=("made_by", "made_at")),
        Column(name="closed_at", label=_("終了"), sort=("closed_at",), css="mono"),
    ),
    filters=(
        Filter(name="kind", label=_("種類"), choices=PersonRequest.Kind.choices),
        Filter(name="state", label=_("状態"), choices=PersonRequest.State.choices),
    ),
    sort="-made_at",
    link=lambda row: reverse("privacy:person", args=[row.id]),
    nothing_yet=Empty(
        heading=_("開示・消去の請求はまだありません"),
        advice=_("本人から請求があったら、「請求を受け付ける」から始めます。"),
    ),
)
