"""The list of requests."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.approvals import kinds
from madoguchi.approvals.models import ApprovalRequest, State
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty

MARKS = {State.ASKED: "wait", State.APPROVED: "ok", State.DONE: "done", State.REFUSED: "error"}


def label_of(row: ApprovalRequest) -> object:
    """Name the kind of a request, also one that no room declares any more."""
    return next((kind.label for kind in kinds.declared() if kind.name == row.kind), row.kind)


def mark_of(row: ApprovalRequest) -> Mark:
    """Draw the state of a request."""
    return Mark(MARKS.get(State(row.state), "none"), row.get_state_display())


REQUESTS = Table(
    name="approvals.requests",
    label=_("承認の依頼の一覧"),
    columns=(
        Column(name="asked_at", label=_("依頼日時"), sort=("asked_at",), css="mono", is_fixed=True),
        Column(name="kind", label=_("種類"), value=label_of, is_fixed=True, is_link=True, css="wrap"),
        Column(name="state", label=_("状態"), value=mark_of, is_fixed=True),
        Column(name="reason", label=_("理由"), css="wrap"),
        Column(name="asked_by_name", label=_("依頼した人"), sort=("asked_by_name", "asked_at")),
        Column(name="decided_by_name", label=_("決めた人"), sort=("decided_by_name", "asked_at")),
        Column(name="expires_at", label=_("期限"), sort=("expires_at",), css="mono"),
    ),
    filters=(Filter(name="state", label=_("状態"), choices=State.choices),),
    search=("reason", "asked_by_name", "decided_by_name"),
    search_label=_("理由・人"),
    sort="-asked_at",
    link=lambda row: reverse("approvals:show", args=[row.id]),
    nothing_yet=Empty(
        heading=_("承認の依頼はありません"),
        advice=_("もう1人の確認が必要な操作をすると、ここに並びます。"),
    ),
)
