import re
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from madoguchi.accounts.models import Staff
from madoguchi.tenancy import current_city, is_in_city

CITY = "city"
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
ENDED = "ended"
KEY = re.compile(r"[a-z0-9]{32}")

ABSOLUTE_LIMIT = timedelta(hours=8)
# A row is written at most once a minute, not at every page.
SEEN_EVERY = timedelta(minutes=1)


def begin(*, request: HttpRequest, staff: Staff, now: datetime) -> None:
    """Start a session of this person in this city, under a new key."""
    auth.login(request, staff, backend="madoguchi.accounts.backends.StaffBackend")
    request.session[CITY] = str(current_city().uuid)
    request.session[SIGNED_IN_AT] = now.timestamp()
    request.session[SEEN_AT] = now.timestamp()


def end(*, request: HttpRequest, reason: str = "") -> None:
    """End the session; a reason is kept for the sign-in page to explain."""
    auth.logout(request)
    if reason:
        request.session[ENDED] = reason


def has_cookie(request: HttpRequest) -> bool:
    """Tell whether there can be a session at all; residents' pages then stay free of it."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def forget_impossible(request: HttpRequest) -> None:
    """Take a cookie that no session of ours can have for none, before the database is asked for it."""
    if has_cookie(request) and not KEY.fullmatch(request.COOKIES[settings.SESSION_COOKIE_NAME]):
        del request.COOKIES[settings.SESSION_COOKIE_NAME]
        request.session = type(request.session)()


def enforce(*, request: HttpRequest, now: datetime) -> None:
    """End a session of another city, an idle one or one of more than a working day."""
    if not has_cookie(request) or not is_in_city() or auth.SESSION_KEY not in request.session:
        return
    if request.session.get(CITY) != str(current_city().uuid):
        end(request=request)
        return
    seen = since(request, SEEN_AT, now)
    if seen > timedelta(minutes=settings.SESSION_IDLE_MINUTES):
        end(request=request, reason="idle")
    elif since(request, SIGNED_IN_AT, now) > ABSOLUTE_LIMIT:
        end(request=request, reason="long")
    elif seen >= SEEN_EVERY and request.headers.get("X-Background") != "1":
        request.session[SEEN_AT] = now.timestamp()


def since(request: HttpRequest, mark: str, now: datetime) -> timedelta:
    """Measure the time since a moment that the session remembers."""
    return timedelta(seconds=now.timestamp() - float(request.session.get(mark, 0)))
