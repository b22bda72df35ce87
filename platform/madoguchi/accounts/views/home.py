from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts.desk import drafts, recent
from madoguchi.accounts.models import Staff
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import StaffTask
from madoguchi.web.access import signed_in


@signed_in
@require_safe
def staff_home(request: HttpRequest) -> HttpResponse:
    """Show what is late, what waits, today's figures and what was open last."""
    staff = request.user
    assert isinstance(staff, Staff)
    now = clock.now()
    found = tasks(request, staff)
    context = {
        "warnings": [task for task in found if task.is_warning],
        "tasks": [task for task in found if not task.is_warning],
        "cards": dashboard(request, staff),
        "unfinished": drafts.waiting_for(staff, now=now),
        "recent": recent.opened(request),
        "today": clock.local(now).date(),
    }
    return render(request, "accounts/home.html", context)


def tasks(request: HttpRequest, staff: Staff) -> Sequence[StaffTask]:
    """List what waits for this person, what is late first."""
    found: list[StaffTask] = [
        task
        for task in plugins.contributed("staff_tasks", request=request)
        if staff.has_permission(task.permission)
    ]
    return sorted(found, key=lambda task: not task.is_late)


def dashboard(request: HttpRequest, staff: Staff) -> list[SafeString]:
    """Draw the cards that this person may see."""
    return [
        render_to_string(card.template, dict(card.context), request=request)
        for card in plugins.contributed("dashboard_cards", request=request)
        if not card.permission or staff.has_permission(card.permission)
    ]
