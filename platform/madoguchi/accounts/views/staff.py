from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts import queries, services
from madoguchi.accounts.declarations import MANAGE_STAFF, VIEW_STAFF
from madoguchi.accounts.desk import acts, drafts, lists, undoing
from madoguchi.accounts.desk.people import STAFF, people
from madoguchi.accounts.errors import LastAdministrator, OwnAccount
from madoguchi.accounts.forms import StaffForm
from madoguchi.accounts.models import Staff
from madoguchi.accounts.views.proving import proved_first
from madoguchi.ledger.values import JSON
from madoguchi.web.access import requires
from madoguchi.web.seen import SEEN, PageMoved, field_of, tell_current, version_of


@requires(VIEW_STAFF)
@require_safe
def staff_list(request: HttpRequest) -> HttpResponse:
    """List everybody with an account."""
    viewer = request.user
    assert isinstance(viewer, Staff)
    context = {"may_manage": viewer.has_permission(MANAGE_STAFF)}
    return lists.show(
        request, table=STAFF, rows=people(), template="accounts/staff_list.html", context=context
    )


@requires(MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
@never_cache
def staff_add(request: HttpRequest) -> HttpResponse:
    """Add a person and show the code for the first password, once."""
    form = StaffForm(request.POST or None, initial=drafts.typed_before(request))
    if request.method == "POST" and form.is_valid():
        person, code = services.welcome(
            entry=form.cleaned_data, actor=services.actor_of(request), now=clock.now()
        )
        drafts.drop(request)
        return show_code(request, person.id, code)
    return show_form(request, form, None)


@requires(MANAGE_STAFF)
@require_http_methods(["GET", "POST"])
def staff_edit(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Change a person's entry, roles and whether they may sign in."""
    entry = queries.entry_of(staff_id=staff_id)
    typed = drafts.typed_before(request)
    form = StaffForm(request.POST or None, initial=entry | typed, is_new=False)
    is_told = False
    if request.method == "POST" and form.is_valid():
        try:
            change(request, staff_id, form.cleaned_data)
        except (OwnAccount, LastAdministrator) as refused:
            form.add_error(None, refused.message)
        except PageMoved as moved:
            is_told = True
            tell_current(form, refusal=moved, current=entry)
        else:
            drafts.drop(request)
            return redirect("staff_rights", staff_id)
    seen = field_of(sent=request.POST.get(SEEN, typed.get(SEEN)), current=version_of(entry), is_told=is_told)
    return show_form(request, form, queries.staff_row(staff_id=staff_id), seen=seen)


def change(request: HttpRequest, staff_id: UUID, entry: dict[str, Any]) -> None:
    """Change a person and, where rights were changed, offer to take that back."""
    before = acts.rights_of(staff_id=staff_id)
    staff = services.change_staff(
        staff_id=staff_id,
        entry=entry,
        actor=services.actor_of(request),
        now=clock.now(),
        seen=request.POST.get(SEEN),
    )
    after = acts.rights_of(staff_id=staff_id)
    if before == after:
        messages.success(request, _("保存しました。"))
        return
    values: dict[str, JSON] = {"staff": str(staff_id), "before": before, "after": after}
    text = _("%(name)sさんの役割・利用状態を変更しました。") % {"name": staff.name}
    undoing.offer(
        request, kind=acts.RIGHTS, text=text, values=values, back_url=reverse("staff_rights", args=[staff_id])
    )


@requires(MANAGE_STAFF)
@require_POST
@never_cache
@proved_first(back="staff_edit", of=("staff_id",))
def reset_code(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Issue a reset code and show it once."""
    queries.staff_row(staff_id=staff_id)
    code = services.issue_reset_code(staff_id=staff_id, actor=services.actor_of(request), now=clock.now())
    return show_code(request, staff_id, code)


def show_code(request: HttpRequest, staff_id: UUID, code: str) -> HttpResponse:
    """Show a reset code; it is kept nowhere, so this is the only time."""
    person = queries.staff_row(staff_id=staff_id)
    hours = int(services.RESET_CODE_LIFE.total_seconds() // 3600)
    return render(request, "accounts/reset_code.html", {"person": person, "code": code, "hours": hours})


def show_form(
    request: HttpRequest, form: StaffForm, person: Any, *, seen: tuple[str, str] | None = None
) -> HttpResponse:
    """Show the entry of a person, new or known."""
    context = {"form": form, "person": person, "seen": seen}
    return render(request, "accounts/staff_form.html", context, status=422 if form.errors else 200)
