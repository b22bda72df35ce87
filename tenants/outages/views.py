"""The outages of a city, for its own staff: what is planned, and the city's word on it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import actor_of
from madoguchi.tenancy import current_city
from madoguchi.web.access import requires
from tenants.outages import answers, queries, rules
from tenants.outages.declarations import ANSWER, VIEW
from tenants.outages.forms import AnswerForm


@requires(VIEW)
@never_cache
@require_safe
def city_outages(request: HttpRequest) -> HttpResponse:
    """List the outages of this city and what was agreed about them."""
    city = current_city()
    lines = queries.of_city(city=city, now=clock.now())
    context = {
        "lines": lines,
        "asked": queries.waiting_for(lines),
        "rule": rules.rule_of(city.rules),
        "may_answer": isinstance(request.user, Staff) and request.user.has_permission(ANSWER),
    }
    return render(request, "tenants/outages/city.html", context)


@requires(ANSWER)
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    """Show an outage that waits for the city's word, and take it."""
    found = queries.find_of_city(city=current_city(), outage_id=outage_id, now=clock.now())
    initial = {"starts_at": found.starts_at.isoformat(), "ends_at": found.ends_at.isoformat()}
    form = AnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            answers.answer(
                outage_id=outage_id,
                times=(data["starts_at"], data["ends_at"]),
                agrees=data["answer"] == "given",
                reason=data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            )
        except answers.ReasonMissing as missing:
            form.add_error("reason", str(missing))
        except answers.NothingAsked as refused:
            messages.error(request, str(refused))
            return redirect("outages:list")
        else:
            messages.success(request, _("回答しました。運用者に伝わります。"))
            return redirect("outages:list")
    context = {"outage": found, "form": form}
    return render(request, "tenants/outages/answer.html", context, status=422 if form.errors else 200)
