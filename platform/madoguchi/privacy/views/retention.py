"""How long the city keeps what, and what may not be erased."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import actor_of
from madoguchi.approvals import queries as approvals
from madoguchi.errors import DomainError
from madoguchi.privacy import classes, declarations, queries, retention
from madoguchi.privacy.declarations import CHANGE, VIEW
from madoguchi.privacy.forms import HoldForm, RetentionForm
from madoguchi.web.access import requires


@requires(VIEW)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the classes of data, how long each is kept and what goes tonight."""
    context = {"lines": queries.lines(today=clock.today()), "may_change": _may(request, CHANGE)}
    return render(request, "privacy/index.html", context)


@requires(VIEW)
@require_safe
def show(request: HttpRequest, data_class: str) -> HttpResponse:
    """Show one class; with months in the address, what they would do, counted."""
    asked = request.GET if "months" in request.GET else None
    kept = classes.find(data_class)
    form = RetentionForm(asked, initial={"months": kept.months, "floor_months": kept.floor_months})
    plan = None
    if asked is not None and form.is_valid():
        plan = retention.plan(wanted=_wanted(data_class, form), today=clock.today())
        form.fields["reason"].required = plan.need != "nothing"
    return _page(request, kept, form=form, plan=plan)


@requires(CHANGE)
@require_http_methods(["POST"])
def change(request: HttpRequest, data_class: str) -> HttpResponse:
    """Keep a time that was looked at, or ask for it."""
    kept = classes.find(data_class)
    form = RetentionForm(request.POST)
    if not form.is_valid():
        return _page(request, kept, form=form)
    wanted = _wanted(data_class, form)
    try:
        asked = retention.change(wanted=wanted, seen=_seen(request), actor=actor_of(request), now=clock.now())
    except DomainError as error:
        form.add_error("reason", str(error))
        plan = retention.plan(wanted=wanted, today=clock.today())
        return _page(request, kept, form=form, plan=plan)
    if asked is not None:
        messages.success(request, _("承認を依頼しました。承認されると、保存期間が変わります。"))
        return redirect("approvals:show", asked)
    messages.success(request, _("保存期間を変更しました。"))
    return redirect("privacy:class", data_class)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, data_class: str) -> HttpResponse:
    """Stop the erasing of a class, or of one person's rows in it."""
    kept = classes.find(data_class)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            retention.place_hold(
                name=data_class,
                reference=values["reference"],
                reason=values["reason"],
                until=values["until"],
                actor=actor_of(request),
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error("reference", str(error))
        else:
            messages.success(request, _("消去を止めました。"))
            return redirect("privacy:class", data_class)
    context = {"kept": kept, "form": form}
    return render(request, "privacy/hold.html", context, status=422 if form.errors else 200)


@requires(CHANGE)
@require_POST
def lift(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Let erasing go on."""
    name = queries.class_of_hold(hold_id=hold_id)
    try:
        retention.lift_hold(hold_id=hold_id, actor=actor_of(request), now=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("消去の停止を解きました。"))
    return redirect("privacy:class", name)


def _page(
    request: HttpRequest, kept: classes.Kept, *, form: RetentionForm, plan: retention.Plan | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "kept": kept,
        "form": form,
        "plan": plan,
        "view": queries.view_of(kept, today=clock.today()),
        "asked": approvals.open_about(kind=declarations.SHORTEN, subject=kept.name),
        "may_change": _may(request, CHANGE),
    }
    return render(request, "privacy/class.html", context, status=422 if form.errors else 200)


def _wanted(name: str, form: RetentionForm) -> retention.Wanted:
    values = form.cleaned_data
    return retention.Wanted(
        name=name, months=values["months"], floor_months=values["floor_months"], reason=values["reason"]
    )


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _may(request: HttpRequest, permission: str) -> bool:
    return isinstance(request.user, Staff) and request.user.has_permission(permission)
