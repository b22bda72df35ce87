from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.declarations import MANAGE_STAFF
from madoguchi.accounts.desk import lists
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import actor_of
from madoguchi.approvals import kinds, queries, services
from madoguchi.approvals.declarations import VIEW
from madoguchi.approvals.errors import MayNotDecide, ReasonMissing
from madoguchi.approvals.forms import DecisionForm
from madoguchi.approvals.models import ApprovalRequest, State
from madoguchi.approvals.table import REQUESTS, label_of, mark_of
from madoguchi.errors import DomainError
from madoguchi.web.access import refuse, requires, signed_in


@requires(VIEW)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what was asked, the newest first."""
    return lists.show(request, table=REQUESTS, rows=queries.everything(), template="approvals/index.html")


@signed_in
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """Show one request to whoever reads them all, asked it or may decide it, and let somebody else decide."""
    row = _open_to(request, approval_id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, row, form)
        except ReasonMissing as missing:
            form.add_error("note", str(missing))
        except MayNotDecide:
            refuse(request, permission=kinds.find(row.kind).permission)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("approvals:show", row.id)
        else:
            return redirect("approvals:show", row.id)
    return _page(request, row, form)


@signed_in
@require_POST
def withdraw(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """Take one's own request back."""
    _open_to(request, approval_id)
    try:
        services.withdraw(request_id=approval_id, actor=actor_of(request), now=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("依頼を取り下げました。"))
    return redirect("approvals:show", approval_id)


def _open_to(request: HttpRequest, approval_id: UUID) -> ApprovalRequest:
    """Find a request that this person may open: the mails lead askers and deciders here without the list."""
    staff = request.user
    assert isinstance(staff, Staff)
    row = queries.find(request_id=approval_id)
    if not (staff.has_permission(VIEW) or row.is_asked_by(staff.actor)):
        decides = kinds.find(row.kind).permission
        if not staff.has_permission(decides):
            refuse(request, permission=VIEW)
    return row


def _decide(request: HttpRequest, row: ApprovalRequest, form: DecisionForm) -> None:
    staff, note = request.user, form.cleaned_data["note"]
    assert isinstance(staff, Staff)
    if form.cleaned_data["decision"] == "approve":
        decided = services.approve(request_id=row.id, staff=staff, note=note, now=clock.now())
        is_done = decided.state == State.DONE
        messages.success(request, _("承認し、実行しました。") if is_done else _("承認しました。"))
    else:
        services.refuse(request_id=row.id, staff=staff, note=note, now=clock.now())
        messages.success(request, _("却下しました。"))


def _page(request: HttpRequest, row: ApprovalRequest, form: DecisionForm) -> HttpResponse:
    staff = request.user
    assert isinstance(staff, Staff)
    is_own = row.is_asked_by(staff.actor)
    is_waiting = row.state == State.ASKED and row.expires_at > clock.now()
    others = queries.others_who_decide(kind=row.kind, asker=row.asked_by_id) if is_waiting else 0
    may_decide = is_waiting and staff.has_permission(kinds.find(row.kind).permission)
    context = {
        "row": row,
        "form": form,
        "label": label_of(row),
        "mark": mark_of(row),
        "is_own": is_own,
        "is_waiting": is_waiting,
        "is_stuck": is_waiting and not others,
        "permission": kinds.right_for(row.kind) if is_waiting else "",
        "may_list": staff.has_permission(VIEW),
        "may_manage_staff": staff.has_permission(MANAGE_STAFF),
        "may_decide": may_decide and not is_own,
    }
    return render(request, "approvals/show.html", context, status=422 if form.errors else 200)
