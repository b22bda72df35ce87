from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.notifications import allowed
from madoguchi.notifications.declarations import EDIT_ALLOWED
from madoguchi.notifications.forms import AllowedAddressForm
from madoguchi.web.access import requires


@requires(EDIT_ALLOWED)
@require_http_methods(["GET", "POST"])
def allowed_addresses(request: HttpRequest) -> HttpResponse:
    """Show whom the city may write to during its trial, and add somebody."""
    form = AllowedAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        allowed.allow(entry=form.cleaned_data["entry"], actor=actor_of(request), now=clock.now())
        messages.success(request, _("送信先を追加しました。"))
        return redirect("allowed_addresses")
    context = {"form": form, "rows": allowed.rows(), "held": allowed.held()}
    return render(request, "notifications/allowed.html", context, status=422 if form.errors else 200)


@requires(EDIT_ALLOWED)
@require_POST
def remove_address(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """Take somebody off the list."""
    allowed.remove(address_id=address_id, actor=actor_of(request), now=clock.now())
    messages.success(request, _("送信先を削除しました。"))
    return redirect("allowed_addresses")


@requires(EDIT_ALLOWED)
@require_POST
def release_held(request: HttpRequest) -> HttpResponse:
    """Send the held messages whose address is on the list by now."""
    number = allowed.release_held(actor=actor_of(request), now=clock.now())
    messages.success(request, _("保留していた通知 %(number)d件の送信を始めました。") % {"number": number})
    return redirect("allowed_addresses")
