"""What only staff need on the way to a page: residents have no session, no account and no messages."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.middleware import AuthenticationMiddleware as AccountReader
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware as MessageStore
from django.contrib.sessions.middleware import SessionMiddleware as SessionReader
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from madoguchi import clock
from madoguchi.accounts import sessions
from madoguchi.accounts.desk import drafts
from madoguchi.accounts.entering import ADDS_METHOD
from madoguchi.accounts.models import Staff
from madoguchi.web.drafts import FIELD

# What somebody with a password to change may still open.
OPEN_VIEWS = frozenset({"password_change", "sign_out", "sign_in"})
# What somebody without a second step may still open where the city asks for one.
METHOD_VIEWS = OPEN_VIEWS | {
    "sign_in_methods",
    "prove_again",
    "app_add",
    "passkey_add",
    "recovery_codes_make",
}
STAFF_ZONES = frozenset({"staff", "operators"})


Handler = Callable[[HttpRequest], HttpResponseBase]


class SessionMiddleware(SessionReader):
    """Opens sessions for staff; a resident's cookie of that name opens nothing."""

    def __call__(self, request: HttpRequest) -> Any:
        if _is_for_residents(request):
            # Empty and never saved: whatever looks for something in it finds nothing.
            request.session = self.SessionStore()
            return self.get_response(request)
        return super().__call__(request)


class AuthenticationMiddleware(AccountReader):
    """Finds out which member of staff asks; on residents' pages nobody is known."""

    def __call__(self, request: HttpRequest) -> Any:
        if _is_for_residents(request):
            request.user = AnonymousUser()
            return self.get_response(request)
        return super().__call__(request)


class MessageMiddleware(MessageStore):
    """Keeps messages for the next page of staff."""

    def __call__(self, request: HttpRequest) -> Any:
        if _is_for_residents(request):
            return self.get_response(request)
        return super().__call__(request)


class SessionCityMiddleware:
    """Lets a session live in its own city and for its own time only."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_for_residents(request):
            return self.get_response(request)
        sessions.forget_impossible(request)
        sessions.enforce(request=request, now=clock.now())
        was_open = sessions.is_open(request)
        response = self.get_response(request)
        if was_open:
            sessions.explain_loss(request)
        if getattr(request, "zone", "") in STAFF_ZONES:
            # At a shared desk the browser's back button must not show people after a sign-out.
            response.setdefault("Cache-Control", "no-store")
        return response


class PasswordChangeMiddleware:
    """Leads somebody whose password must be changed to that page first."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if _is_for_residents(request) or not sessions.has_cookie(request):
            return None
        staff = request.user
        match = request.resolver_match
        if not isinstance(staff, Staff):
            return None
        if not staff.must_change_password:
            return _lead_to_methods(request)
        if match is not None and match.url_name in OPEN_VIEWS:
            return None
        return redirect("password_change")


def _lead_to_methods(request: HttpRequest) -> HttpResponse | None:
    """Lead somebody whose city asks for a second step, and who has none, to where one is added."""
    match = request.resolver_match
    if not request.session.get(ADDS_METHOD) or match is None or match.url_name in METHOD_VIEWS:
        return None
    return redirect("sign_in_methods")


class DraftMiddleware:
    """Keeps what was typed into a form whose session has ended, and leads through the sign-in back to it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if request.method != "POST" or _is_for_residents(request) or request.user.is_authenticated:
            return None
        access = getattr(view, "access", None)
        if access is None or access.kind == "public" or FIELD not in request.POST:
            return None
        kept_at = drafts.keep(request, now=clock.now())
        return redirect(f"{reverse('sign_in')}?{urlencode({'next': kept_at})}") if kept_at else None


def _is_for_residents(request: HttpRequest) -> bool:
    """Tell whether nobody can be signed in here: residents' pages, and the platform's own without a city."""
    return getattr(request, "zone", "staff") not in STAFF_ZONES
