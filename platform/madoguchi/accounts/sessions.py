import re
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from madoguchi.accounts import session_book
from madoguchi.accounts.choosing import chosen
from madoguchi.accounts.devices import describe
from madoguchi.accounts.models import Staff
from madoguchi.accounts.session_rules import SessionRules
from madoguchi.tenancy import current_city, is_in_city

CITY: Final = "city"
SIGNED_IN_AT: Final = "signed_in_at"
SEEN_AT: Final = "seen_at"
ENDED: Final = "ended"
# Who has just handed the desk over, for the sign-in page alone.
FORMER: Final = "former"
RECORD: Final = "record"
# What the page knows of its own end; the server decides by the rules as they are.
IDLE_SECONDS: Final = "idle_seconds"
OPEN_SECONDS: Final = "open_seconds"
KEY = re.compile(r"[a-z0-9]{32}")

# A row is written at most once a minute, not at every page.
SEEN_EVERY: Final = timedelta(minutes=1)
# A page that renews itself without a script says so in its address.
AUTOMATIC: Final = "auto"


def begin(*, request: HttpRequest, staff: Staff, now: datetime) -> None:
    """Start a session of this person in this city, under a new key."""
    former = request.session.get(RECORD, "")
    auth.login(request, staff, backend="madoguchi.accounts.backends.StaffBackend")
    rules = chosen(SessionRules)
    mark(request=request, now=now)
    _tell_page(request, rules)
    if request.session.session_key is None:
        request.session.create()
    session_book.end_former(staff=staff, former=former, rules=rules, now=now)
    record = session_book.open_record(
        staff=staff,
        key=str(request.session.session_key),
        device=describe(agent=request.headers.get("User-Agent", "")),
        rules=rules,
        now=now,
    )
    request.session[RECORD] = str(record.id)


def mark(*, request: HttpRequest, now: datetime) -> None:
    """Write into a new session which city it belongs to and when it began."""
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
    """End a session of another city, an idle one or one that has lasted too long."""
    if not has_cookie(request) or not is_in_city():
        return
    if auth.SESSION_KEY not in request.session:
        _explain(request)
        return
    if request.session.get(CITY) != str(current_city().uuid):
        end(request=request)
        return
    if since(request, SEEN_AT, now) < SEEN_EVERY and since(request, SIGNED_IN_AT, now) < SEEN_EVERY * 60:
        # Nothing that a city may choose ends this one yet.
        return
    rules = chosen(SessionRules)
    if since(request, SEEN_AT, now) > rules.idle:
        _expire(request, reason="idle", now=now)
    elif since(request, SIGNED_IN_AT, now) > rules.longest:
        _expire(request, reason="long", now=now)
    elif since(request, SEEN_AT, now) >= SEEN_EVERY and not is_background(request):
        _touch(request, rules, now)


def is_background(request: HttpRequest) -> bool:
    """Tell whether a page asks by itself: such a question is nobody's work and keeps no session alive."""
    if request.headers.get("X-Background") == "1":
        return True
    reads = request.method in ("GET", "HEAD")
    # Parts that renew themselves come through htmx; pages without scripts carry the mark in their address.
    return reads and (request.headers.get("HX-Request") == "true" or AUTOMATIC in request.GET)


def stay(*, request: HttpRequest, now: datetime) -> None:
    """Take the person's word that they are still there."""
    _touch(request, chosen(SessionRules), now)


def left(*, request: HttpRequest, now: datetime) -> tuple[int, str]:
    """Count the seconds until the session ends, and say by which rule: idle or long; 0 without a session."""
    if auth.SESSION_KEY not in request.session:
        return 0, request.session.get(ENDED, "")
    rules = chosen(SessionRules)
    idle = rules.idle - since(request, SEEN_AT, now)
    longest = rules.longest - since(request, SIGNED_IN_AT, now)
    reason = "idle" if idle <= longest else "long"
    return max(0, int(min(idle, longest).total_seconds())), reason


def since(request: HttpRequest, mark: str, now: datetime) -> timedelta:
    """Measure the time since a moment that the session remembers."""
    return timedelta(seconds=now.timestamp() - float(request.session.get(mark, 0)))


def _touch(request: HttpRequest, rules: SessionRules, now: datetime) -> None:
    request.session[SEEN_AT] = now.timestamp()
    _tell_page(request, rules)
    session_book.note_seen(record=request.session.get(RECORD, ""), rules=rules, now=now)


def _tell_page(request: HttpRequest, rules: SessionRules) -> None:
    request.session[IDLE_SECONDS] = int(rules.idle.total_seconds())
    request.session[OPEN_SECONDS] = int(rules.longest.total_seconds())


def _expire(request: HttpRequest, *, reason: str, now: datetime) -> None:
    session_book.close(record=request.session.get(RECORD, ""), reason=reason, now=now)
    end(request=request, reason=reason)


def explain_loss(request: HttpRequest) -> None:
    """Let the sign-in page say why a session that was good at the door is not any more."""
    if auth.SESSION_KEY not in request.session and not request.session.get(ENDED):
        _explain(request)


def is_open(request: HttpRequest) -> bool:
    """Tell whether somebody seems to be signed in; whether they still may is seen when they are read."""
    return has_cookie(request) and is_in_city() and auth.SESSION_KEY in request.session


def _explain(request: HttpRequest) -> None:
    """Let the sign-in page say why a session that this browser still names is gone."""
    if request.session.session_key is not None:
        return
    reason = session_book.why_gone(key=request.COOKIES[settings.SESSION_COOKIE_NAME])
    if reason:
        request.session[ENDED] = reason
