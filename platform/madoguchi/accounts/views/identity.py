from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts import identity_entry, services
from madoguchi.accounts.acting import record_refused
from madoguchi.accounts.declarations import MANAGE_SIGN_IN
from madoguchi.accounts.desk import drafts
from madoguchi.accounts.errors import SecondStepNeeded
from madoguchi.accounts.identity import providers, signing_in
from madoguchi.accounts.identity.errors import (
    REASONS,
    NobodyMatches,
    NotTested,
    ProviderRefused,
    ProviderUnreachable,
)
from madoguchi.accounts.identity.signing_in import Statement
from madoguchi.accounts.identity_forms import ProviderForm
from madoguchi.accounts.views.proving import proved_first
from madoguchi.accounts.views.sign_in import safe_target
from madoguchi.tenancy import current_city
from madoguchi.web.access import public, requires
from madoguchi.web.doors import works_while_resting

SIGN_IN = "sign_in"
TRIAL = "trial"


@public("whoever signs in by the city's directory is not signed in yet")
@require_safe
@never_cache
@works_while_resting
def provider_begin(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Lead to the page of the city's directory."""
    provider = providers.find(provider_id=provider_id)
    if not provider.is_active:
        raise Http404
    return _set_out(request, provider_id, purpose=SIGN_IN, target=safe_target(request))


@requires(MANAGE_SIGN_IN)
@require_POST
@never_cache
def provider_try(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Show the way to the page of a directory, for a trial that signs nobody in."""
    provider = providers.find(provider_id=provider_id)
    address = _address(
        request, provider_id, purpose=TRIAL, target=reverse("provider_edit", args=[provider_id])
    )
    return render(request, "accounts/provider_try.html", {"provider": provider, "address": address})


@public("the directory sends whoever it has asked back here")
@require_safe
@never_cache
@works_while_resting
def provider_callback(request: HttpRequest) -> HttpResponse:
    """Take the answer of the city's directory and sign the person in."""
    now = clock.now()
    try:
        statement = signing_in.come_back(request, back=_back(), now=now)
        if statement.purpose == TRIAL:
            return _show_trial(request, statement)
        identity_entry.enter(request=request, statement=statement, now=now)
    except SecondStepNeeded:
        return redirect(f"{reverse('second_step')}?{urlencode({'next': statement.target})}")
    except (ProviderRefused, ProviderUnreachable, NobodyMatches) as refused:
        reason = str(refused.details.get("reason", refused.code))
        record_refused(staff=None, action="accounts.provider_refused", now=now, details={"reason": reason})
        messages.error(request, str(refused))
        return redirect("sign_in_policy" if request.user.is_authenticated else "sign_in")
    return redirect(statement.target)


def _show_trial(request: HttpRequest, statement: Statement) -> HttpResponse:
    """Show what the directory says of the person who tried, and whom we would have let in."""
    user = request.user
    if not user.is_authenticated or not user.has_permission(MANAGE_SIGN_IN):
        raise Http404
    matched = signing_in.match(statement, now=clock.now())
    if matched is not None:
        actor = services.actor_of(request)
        providers.note_trial(provider=statement.provider, actor=actor, now=clock.now())
    said = sorted(statement.claims.items())
    shown = {name: value for name, value in said if name not in ("nonce", "at_hash")}
    context = {"provider": statement.provider, "claims": shown, "matched": matched}
    return render(request, "accounts/provider_trial.html", context)


@requires(MANAGE_SIGN_IN)
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("secret")
@proved_first()
def provider_edit(request: HttpRequest, provider_id: UUID | None = None) -> HttpResponse:
    """Write down how a directory is reached, after it has answered once."""
    provider = providers.find(provider_id=provider_id) if provider_id else None
    initial: dict[str, Any] = identity_entry.as_typed(provider, typed=drafts.typed_before(request))
    form = ProviderForm(request.POST or None, initial=initial, provider=provider)
    if request.method == "POST" and form.is_valid():
        try:
            identity_entry.keep(
                provider=provider, entry=form.entry, actor=services.actor_of(request), now=clock.now()
            )
        except ProviderUnreachable as refused:
            text = _("%(text)s（%(reason)s）発行者のURLと、回線の設定を確かめてください。")
            reason = str(refused.details.get("reason", ""))
            form.add_error("issuer", text % {"text": refused, "reason": REASONS.get(reason, reason)})
        else:
            drafts.drop(request)
            messages.success(request, _("保存しました。次に「試す」で確かめてください。"))
            return redirect("sign_in_policy")
    links = providers.count_links(provider=provider) if provider else 0
    context = {"form": form, "provider": provider, "back": _back(), "links": links}
    return render(request, "accounts/provider.html", context, status=422 if form.errors else 200)


@requires(MANAGE_SIGN_IN)
@require_POST
@proved_first(back="sign_in_policy")
def provider_switch(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Offer a directory on the sign-in page, or no longer."""
    provider = providers.find(provider_id=provider_id)
    is_on = request.POST.get("on") == "yes"
    try:
        providers.switch(provider=provider, is_on=is_on, actor=services.actor_of(request), now=clock.now())
    except NotTested as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("設定を保存しました。"))
    return redirect("sign_in_policy")


@requires(MANAGE_SIGN_IN)
@require_POST
@proved_first(back="provider_edit", of=("provider_id",))
def provider_remove(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Take a directory away."""
    provider = providers.find(provider_id=provider_id)
    providers.remove(provider=provider, actor=services.actor_of(request), now=clock.now())
    messages.success(request, _("組織アカウントの設定を削除しました。"))
    return redirect("sign_in_policy")


def _set_out(request: HttpRequest, provider_id: UUID, *, purpose: str, target: str) -> HttpResponse:
    try:
        return redirect(_address(request, provider_id, purpose=purpose, target=target))
    except ProviderUnreachable as refused:
        messages.error(request, str(refused))
        return redirect("sign_in")


def _address(request: HttpRequest, provider_id: UUID, *, purpose: str, target: str) -> str:
    provider = providers.find(provider_id=provider_id)
    return signing_in.set_out(
        request, provider=provider, back=_back(), purpose=purpose, target=target, now=clock.now()
    )


def _back() -> str:
    return current_city().staff_url + reverse("provider_callback")
