from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.hooks.registry import plugins
from madoguchi.web.access import signed_in


@signed_in
@require_safe
def staff_home(request: HttpRequest) -> HttpResponse:
    """Show today's figures and tasks of the plugins this person works with."""
    context = {"cards": dashboard(request), "today": clock.today()}
    return render(request, "accounts/home.html", context)


def dashboard(request: HttpRequest) -> list[SafeString]:
    """Draw the cards that this person may see."""
    staff = request.user
    assert isinstance(staff, Staff)
    return [
        render_to_string(card.template, dict(card.context), request=request)
        for card in plugins.contributed("dashboard_cards", request=request)
        if not card.permission or staff.has_permission(card.permission)
    ]
