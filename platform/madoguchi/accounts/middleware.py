from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin

from madoguchi import clock
from madoguchi.accounts import sessions
from madoguchi.accounts.models import Staff

# What somebody with a password to change may still open.
OPEN_VIEWS = frozenset({"password_change", "sign_out", "sign_in"})
STAFF_ZONES = frozenset({"staff", "operators"})


class SessionCityMiddleware:
    """Lets a session live in its own city and for its own time only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sessions.forget_impossible(request)
        sessions.enforce(request=request, now=clock.now())
        response = self.get_response(request)
        if getattr(request, "zone", "") in STAFF_ZONES:
            # At a shared desk the browser's back button must not show people after a sign-out.
            response.setdefault("Cache-Control", "no-store")
        return response


class PasswordChangeMiddleware(MiddlewareMixin):
    """Leads somebody whose password must be changed to that page first."""

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if not sessions.has_cookie(request):
            return None
        staff = request.user
        match = request.resolver_match
        if not isinstance(staff, Staff) or not staff.must_change_password:
            return None
        if match is not None and match.url_name in OPEN_VIEWS:
            return None
        return redirect("password_change")
