from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts import services, sessions
from madoguchi.accounts.desk import drafts
from madoguchi.accounts.errors import SecondStepNeeded, SignInRefused
from madoguchi.accounts.forms import SignInForm
from madoguchi.accounts.identity import providers
from madoguchi.accounts.methods.policy import sign_in_rules
from madoguchi.accounts.views.sessions import forgetting
from madoguchi.web.access import public
from madoguchi.web.doors import works_while_resting
from madoguchi.web.targets import safe_path


@public("staff are not signed in yet")
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
@works_while_resting
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for staff code and password and go on to where the person came from."""
    target = safe_target(request)
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.sign_in(request=request, now=clock.now(), **form.cleaned_data)
        except SecondStepNeeded:
            return redirect(f"{reverse('second_step')}?{urlencode({'next': target})}")
        except SignInRefused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect(target)
    context = {"form": form, "target": target, "ended": request.session.pop(sessions.ENDED, "")}
    context["former"] = request.session.pop(sessions.FORMER, "")
    context |= {"has_passkeys": sign_in_rules().allows_passwordless, "providers": providers.list_active()}
    context["is_kept"] = drafts.ASKED in target
    return render(request, "accounts/sign_in.html", context, status=422 if form.errors else 200)


@public("somebody without a session has nothing to end")
@require_POST
@works_while_resting
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    services.sign_out(request=request, now=clock.now())
    return forgetting(redirect("sign_in"))


def locked_out(request: HttpRequest, response: Any, credentials: Any = None) -> HttpResponse:
    """Explain, instead of any other answer, that this code is stopped at this address for a while."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    page = render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
    page["Retry-After"] = str(minutes * 60)
    return page


def safe_target(request: HttpRequest) -> str:
    """Choose the page to go on to: the one asked for if it is ours, or the staff home."""
    return safe_path(request, otherwise=reverse("staff_home"))
