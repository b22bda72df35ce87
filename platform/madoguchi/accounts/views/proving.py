"""A screen left open is not enough: who changes what matters proves once more who they are."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts.desk import drafts
from madoguchi.accounts.errors import PasskeyRefused, SecondStepRefused, SecondStepRests
from madoguchi.accounts.method_forms import CodeForm, ProveForm
from madoguchi.accounts.methods import own, passkeys, second_step
from madoguchi.accounts.models import Staff
from madoguchi.web.access import View, signed_in
from madoguchi.web.doors import works_while_resting
from madoguchi.web.targets import safe_path


def proved_first(*, back: str = "", of: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Ask for a proof where the last one is a while ago; what was typed is kept, where the form allows it.

    Whatever cannot be repeated by itself goes on at the page named ``back``, with these parts of the address.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def proved(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            now = clock.now()
            if own.is_fresh(request, now=now):
                return view(request, *args, **kwargs)
            parts = {name: kwargs[name] for name in of}
            wanted = _wanted(request, reverse(back, kwargs=parts) if back else request.path, now)
            return redirect(f"{reverse('prove_again')}?{urlencode({'next': wanted})}")

        return proved

    return decorate


@signed_in
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
@works_while_resting
def prove_again(request: HttpRequest) -> HttpResponse:
    """Ask once more for the second step, or for the password of somebody who has none."""
    staff = request.user
    assert isinstance(staff, Staff)
    target = safe_path(request, otherwise=reverse("sign_in_methods"))
    methods = second_step.methods_of(staff)
    form: forms.Form = (CodeForm if methods.is_ready else ProveForm)(_typed(request))
    refused = ""
    if request.method == "POST":
        try:
            if _is_proved(request, staff, form):
                return redirect(target)
        except (PasskeyRefused, SecondStepRefused, SecondStepRests) as error:
            refused = str(error)
            if form.is_bound:
                form.add_error("code", refused)
    context = {
        "form": form,
        "target": target,
        "methods": methods,
        "options": _options(request, staff, methods),
        "refused": refused,
        "has_errors": bool(refused),
        "is_own": target.startswith(reverse("sign_in_methods")),
    }
    status = 422 if refused or form.errors else 200
    return render(request, "accounts/prove_again.html", context, status=status)


def _wanted(request: HttpRequest, otherwise: str, now: datetime) -> str:
    if request.method != "POST":
        return request.get_full_path()
    kept = drafts.keep(request, now=now)
    if not kept:
        messages.info(request, _("確認のあと、もう一度操作してください。"))
    return kept or otherwise


def _typed(request: HttpRequest) -> Mapping[str, Any] | None:
    return request.POST if request.method == "POST" and "answer" not in request.POST else None


def _is_proved(request: HttpRequest, staff: Staff, form: forms.Form) -> bool:
    now = clock.now()
    if "answer" in request.POST:
        own.prove_by_passkey(request, staff=staff, answer=request.POST["answer"], now=now)
        return True
    if not form.is_valid():
        return False
    if isinstance(form, CodeForm):
        own.prove_by_code(request, staff=staff, code=form.cleaned_data["code"], now=now)
        return True
    if own.prove(request, staff=staff, password=form.cleaned_data["current"], now=now):
        return True
    form.add_error("current", _("パスワードが正しくありません。"))
    return False


def _options(request: HttpRequest, staff: Staff, methods: second_step.Methods) -> str:
    if not methods.passkeys:
        return ""
    return json.dumps(passkeys.begin_asking(request, staff=staff, now=clock.now()))
