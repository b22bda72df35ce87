"""What answers while a city's service rests for announced work, and the pass that lets testers in."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.outages import Outage, outage_now
from madoguchi.web import dates, signing
from madoguchi.web.languages import DEFAULT

PARAMETER = "enter"
COOKIE = "maintenance_pass"
PURPOSE = "maintenance-pass"
PASS_LASTS = timedelta(days=2)
# Probes look at the city all the time; what they see is subtracted later, in the open.
ALWAYS_OPEN = "/healthz"
PROBLEM_JSON = "application/problem+json"


def answer_for(request: HttpRequest) -> HttpResponse | None:
    """Answer instead of the city while its service rests; nothing when it does not, or for testers."""
    city = getattr(request, "city", None)
    # Most cities have none planned: no clock is read for them.
    if city is None or not city.planned_outages or request.path == ALWAYS_OPEN:
        return None
    now = clock.now()
    outage = outage_now(city.planned_outages, now=now)
    if outage is None or _may_enter(request, outage, now):
        return None
    if _shows_the_secret(request, outage):
        return _let_in(request, outage, now)
    return _closed(request, outage, now)


def digest_of(secret: str) -> str:
    """Shorten the secret of a pass so that whoever reads the list of cities cannot use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def reopening(outage: Outage, *, language: str, now: datetime) -> str:
    """Say when the service is planned to be back; nothing once that moment has passed."""
    if outage.has_overrun(now):
        return ""
    return moment_text(outage.ends_at, language=language)


def moment_text(moment: datetime, *, language: str) -> str:
    """Write a moment so that the words for Japanese time can follow it."""
    day = dates.full_date(dates.as_day(moment), language=language)
    return f"{day} {dates.japanese_time(moment)}{' ' if language == 'en' else ''}"


def _closed(request: HttpRequest, outage: Outage, now: datetime) -> HttpResponse:
    language = get_language() or DEFAULT
    context = {
        "outage": outage,
        "reason": outage.reason(language),
        "reopening": reopening(outage, language=language, now=now),
        "is_staff": getattr(request, "zone", "") == "staff",
    }
    response = _problem(context) if request.path.startswith("/api/") else _page(request, context)
    response["Retry-After"] = str(outage.retry_after(now))
    response["Cache-Control"] = "no-store"
    response.is_planned = True  # type: ignore[attr-defined]
    return response


def _page(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return HttpResponse(render_to_string("web/maintenance.html", context, request), status=503)


def _problem(context: dict[str, object]) -> HttpResponse:
    reopening = context["reopening"] or _("終わる時刻は未定です")
    content = {
        "type": "about:blank",
        "title": _("メンテナンス中です"),
        "status": 503,
        "detail": f"{context['reason']} {_('再開の予定')}: {reopening}",
        "code": "maintenance",
    }
    return JsonResponse(content, status=503, content_type=PROBLEM_JSON)


def _may_enter(request: HttpRequest, outage: Outage, now: datetime) -> bool:
    """Tell whether this browser was let in for this very work."""
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return False
    try:
        value = signing.read(token, purpose=PURPOSE, max_age=PASS_LASTS, now=now)
    except signing.BadToken:
        return False
    # A new secret takes the passes back that an older one gave.
    return value == [str(outage.id), outage.pass_digest] and bool(outage.pass_digest)


def _shows_the_secret(request: HttpRequest, outage: Outage) -> bool:
    shown = request.GET.get(PARAMETER, "")
    return bool(shown and outage.pass_digest) and hmac.compare_digest(digest_of(shown), outage.pass_digest)


def _let_in(request: HttpRequest, outage: Outage, now: datetime) -> HttpResponse:
    response = HttpResponseRedirect(request.path)
    response.set_cookie(
        COOKIE,
        signing.sign([str(outage.id), outage.pass_digest], purpose=PURPOSE, now=now),
        max_age=int(PASS_LASTS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    response["Cache-Control"] = "no-store"
    return response
