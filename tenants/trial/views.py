"""The page on which a city prepares its opening."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.standing import standing
from madoguchi.tenancy import current_city
from madoguchi.web.access import requires
from tenants.trial import checking, purging
from tenants.trial.declarations import PREPARE
from tenants.trial.forms import PurgeForm


@requires(PREPARE)
@require_http_methods(["GET", "POST"])
def go_live(request: HttpRequest) -> HttpResponse:
    """Show what is still to do before the city opens, and throw its test data away."""
    form = PurgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows = purging.purge(
                confirmation=form.cleaned_data["confirmation"], actor=actor_of(request), now=clock.now()
            )
        except purging.WrongConfirmation as error:
            form.add_error("confirmation", str(error))
        else:
            messages.success(request, _("試行中のデータ %(rows)d件を消しました。") % {"rows": rows})
            return redirect("go_live")
    leftovers = purging.leftovers()
    checks = checking.checks(leftovers=leftovers)
    context = {
        "form": form,
        "checks": checks,
        "open": sum(check.state != "done" for check in checks),
        "leftovers": leftovers,
        "rows": sum(each.rows for each in leftovers),
        "is_trial": standing(current_city().state).is_trial,
    }
    return render(request, "tenants/trial/go_live.html", context, status=422 if form.errors else 200)
