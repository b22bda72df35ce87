"""The roles of a city: a page of functions × roles, and a page for each role."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts import bundles, matrix
from madoguchi.accounts.administrators import FIXED
from madoguchi.accounts.declarations import MANAGE_STAFF, VIEW_STAFF
from madoguchi.accounts.desk import acts, undoing
from madoguchi.accounts.models import Role, Staff
from madoguchi.accounts.role_forms import NameForm, RoleForm
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.ledger.values import JSON
from madoguchi.web.access import requires

MOVED = gettext_lazy("ほかの人が役割を変更しました。いまの内容を確かめて、もう一度変更してください。")


@requires(VIEW_STAFF)
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Show what every role may view and edit."""
    return _show_matrix(request, "")


@requires(MANAGE_STAFF)
@require_POST
def roles_save(request: HttpRequest) -> HttpResponse:
    """Change the ticks of all roles at once."""
    if request.POST.get("version") != matrix.version():
        return _show_matrix(request, str(MOVED))
    before = bundles.snapshots()
    try:
        bundles.change_permissions(
            wanted=matrix.wanted(request.POST), actor=actor_of(request), now=clock.now()
        )
    except DomainError as refusal:
        return _show_matrix(request, str(refusal))
    _offer_undo(request, before, _("役割の権限を変更しました。"))
    return redirect("roles")


@requires(MANAGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def role_new(request: HttpRequest) -> HttpResponse:
    """Make a role, perhaps as a copy."""
    form = RoleForm(
        request.POST if request.method == "POST" else None,
        initial={"copied_from": request.GET.get("copied_from", "")},
    )
    if request.method == "POST" and form.is_valid():
        copied_from = form.cleaned_data["copied_from"]
        before = bundles.snapshots()
        try:
            made = bundles.make(
                name=form.cleaned_data["name"],
                copied_from=UUID(copied_from) if copied_from else None,
                actor=actor_of(request),
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error("name", str(refusal))
        else:
            _offer_undo(request, before, _("役割「%(name)s」を作りました。") % {"name": made.name})
            return redirect("role", made.id)
    status = 422 if form.errors else 200
    return render(request, "accounts/role_new.html", {"form": form}, status=status)


@requires(VIEW_STAFF)
@require_safe
def role(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """Show one role: its rights, the columns it keeps back, who has it."""
    return _show_role(request, role_id, "")


@requires(MANAGE_STAFF)
@require_POST
def role_save(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """Change one role."""
    found = bundles.role(role_id=role_id)
    if request.POST.get("version") != matrix.version():
        return _show_role(request, role_id, str(MOVED))
    form, wanted = _name_form(found, request.POST), matrix.wanted_of(found, request.POST)
    if not form.is_valid():
        return _show_role(request, role_id, "", form=form, wanted=wanted)
    name = form.cleaned_data["name"]
    before = bundles.snapshots()
    try:
        bundles.change(
            role_id=role_id, wanted={"name": name, **wanted}, actor=actor_of(request), now=clock.now()
        )
    except bundles.RoleNameTaken as refusal:
        form.add_error("name", str(refusal))
        return _show_role(request, role_id, "", form=form, wanted=wanted)
    except DomainError as refusal:
        return _show_role(request, role_id, str(refusal), form=form, wanted=wanted)
    _offer_undo(request, before, _("役割「%(name)s」を変更しました。") % {"name": name})
    return redirect("role", role_id)


@requires(MANAGE_STAFF)
@require_POST
def role_standard(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """Give a built-in role what it had on the first day."""
    found = bundles.role(role_id=role_id)
    before = bundles.snapshots()
    if found.is_built_in:
        bundles.bring_standard_back(role_id=role_id, actor=actor_of(request), now=clock.now())
        _offer_undo(request, before, _("役割「%(name)s」をはじめの設定に戻しました。") % {"name": found.name})
    return redirect("role", role_id)


@requires(MANAGE_STAFF)
@require_POST
def role_delete(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """Delete a role that nobody has."""
    found = bundles.role(role_id=role_id)
    before = bundles.snapshots()
    try:
        bundles.delete(role_id=role_id, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        return _show_role(request, role_id, str(refusal))
    _offer_undo(request, before, _("役割「%(name)s」を削除しました。") % {"name": found.name})
    return redirect("roles")


def _offer_undo(request: HttpRequest, before: dict[str, Any], text: str) -> None:
    after = bundles.snapshots()
    moved = [key for key in {*before, *after} if before.get(key) != after.get(key)]
    if not moved:
        messages.info(request, _("変更はありませんでした。"))
        return
    values: dict[str, JSON] = {
        "before": {key: before.get(key) for key in moved},
        "after": {key: after.get(key) for key in moved},
    }
    undoing.offer(request, kind=acts.ROLES, text=text, values=values, back_url=reverse("roles"))


def _may_manage(request: HttpRequest) -> bool:
    return isinstance(request.user, Staff) and request.user.has_permission(MANAGE_STAFF)


def _show_matrix(request: HttpRequest, wrong: str) -> HttpResponse:
    context = {
        "matrix": matrix.matrix(),
        "may_manage": _may_manage(request),
        "wrong": [wrong] if wrong else [],
        "has_errors": bool(wrong),
    }
    return render(request, "accounts/roles.html", context, status=422 if wrong else 200)


def _name_form(found: Role, sent: Mapping[str, Any]) -> NameForm:
    """Take the name that was typed; what a page does not ask for stays."""
    is_asked = "name" in sent and not found.is_built_in
    return NameForm({"name": sent["name"] if is_asked else found.name})


def _show_role(
    request: HttpRequest,
    role_id: UUID,
    wrong: str,
    *,
    form: NameForm | None = None,
    wanted: Mapping[str, Any] | None = None,
) -> HttpResponse:
    found = bundles.role(role_id=role_id)
    # After a refusal the page shows what was typed and ticked, not what is stored.
    held = set(wanted["permissions"] if wanted else found.granted)
    masks = wanted["masks"] if wanted else found.masks
    form = form or NameForm(initial={"name": found.name})
    drawn = matrix.matrix()
    context = {
        "role": found,
        "form": form,
        "head": next(each for each in drawn.roles if each.id == found.id),
        "functions": [
            (
                each.label,
                [(line.permission, line.is_view, line.permission.name in held) for line in each.lines],
            )
            for each in drawn.functions
        ],
        "masks": [(column, masks.get(column.name, "")) for column in matrix.columns()],
        "people": list(found.staff.filter(is_active=True).order_by("staff_code")[:100]),
        "version": drawn.version,
        "may_manage": _may_manage(request),
        "may_change": _may_manage(request) and found.key not in FIXED,
        "wrong": [wrong] if wrong else [],
        "has_errors": bool(wrong or form.errors),
    }
    status = 422 if wrong or form.errors else 200
    return render(request, "accounts/role.html", context, status=status)
