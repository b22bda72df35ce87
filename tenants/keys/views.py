"""The keys of the cities on the operators' console: how they stand, and a newer one."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.tenancy import directory, find_city
from madoguchi.web.access import requires
from tenants.keys import rotating
from tenants.keys.declarations import RENEW_KEYS, VIEW_KEYS
from tenants.keys.tasks import reseal

CITIES_PER_PAGE = 100


@requires(VIEW_KEYS)
@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    """List the cities with the age of their keys, and what is being renewed."""
    page = Paginator(list(directory().all()), CITIES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "states": list(rotating.key_states(cities=list(page.object_list))),
        "may_renew": request.user.has_permission(RENEW_KEYS) and rotating.may_write(),  # type: ignore[union-attr]
        "jobs": rotating.recent_jobs(),
    }
    return render(request, "tenants/keys/list.html", context)


@requires(RENEW_KEYS)
@require_POST
def key_renew(request: HttpRequest, code: str) -> HttpResponse:
    """Make a newer key for one city and begin to seal its rows anew."""
    city = find_city(code=code)
    try:
        job = rotating.begin(city=city, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("key_list")
    transaction.on_commit(partial(reseal.delay, city_id=str(city.uuid), job=str(job.id)))
    messages.success(request, _("新しい鍵に切り替えました。保存されたデータを順に暗号化し直しています。"))
    return redirect("key_list")
