"""The line before the first page of the booking: a signed ticket, and a page that asks for patience."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.tenancy import current_city
from madoguchi.web import signing, text_sizes
from madoguchi.web.addresses import client_address
from madoguchi.web.dates import full_date, japanese_time
from plugins.card_reservation.queries.fresh import Fresh, remember
from plugins.card_reservation.queries.visitors import most_visitors, opening
from plugins.card_reservation.services.verification import VerifiedPickup
from plugins.card_reservation.services.waiting_room import Room, Ticket, Turn, WaitingRoom
from plugins.card_reservation.views.progress import Progress
from plugins.card_reservation.views.screens import show

COOKIE = "booking_turn"
PURPOSE = "booking-turn"
INSIDE_LASTS = timedelta(minutes=30)
WAITING_LASTS = timedelta(hours=3)
# The page's own script asks for the numbers alone.
ASKS_FOR_NUMBERS = "application/json"
ROUND = 10
# Well within the time for which the doors stay shut after the opening.
LATEST_AFTER_OPENING = 8
LONGEST_SLEEP = 300
# The words around the numbers may be this many times older than a colour of the calendar.
KEPT_TIMES = 5
PAGES = Fresh(largest=500)

room = WaitingRoom()


def take_turn(request: HttpRequest, progress: Progress, *, now: datetime) -> Turn | None:
    """Ask whether this visitor may go in; nothing where nobody needs to be asked.

    Whoever is inside stays inside: a form that is sent, and somebody whose notice was found, never wait.
    """
    opens_at = opening()
    if not settings.HAS_WAITING_ROOM and (opens_at is None or now >= opens_at):
        return None
    ticket = _ticket(request, now=now)
    is_inside = ticket is not None and ticket.is_inside
    if progress.is_identified or (is_inside and request.method == "POST"):
        return None
    return room.enter(
        city=current_city().uuid,
        address=client_address(request),
        ticket=ticket,
        room=Room(most=most_visitors(), now=now, opens_at=opens_at),
    )


def claim(request: HttpRequest, found: VerifiedPickup, *, now: datetime) -> None:
    """Take one place inside for a notice, however many phones it was typed on."""
    ticket = _ticket(request, now=now) if settings.HAS_WAITING_ROOM else None
    if ticket is not None:
        room.claim(city=current_city().uuid, ticket=ticket, notice=found.pickup)


def keep_turn(
    response: HttpResponse, turn: Turn | None, *, request: HttpRequest, now: datetime
) -> HttpResponse:
    """Put the ticket into the browser."""
    if turn is None:
        return response
    ticket, lasts = turn.ticket, INSIDE_LASTS if turn.ticket.is_inside else WAITING_LASTS
    value = [ticket.who, ticket.place, int(ticket.is_inside)]
    response.set_cookie(
        _cookie_name(request),
        signing.sign(value, purpose=PURPOSE, now=now),
        max_age=int(lasts.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def give_place_free(request: HttpRequest, response: HttpResponse, *, now: datetime) -> HttpResponse:
    """Let the next one in: this visitor is done."""
    ticket = _ticket(request, now=now)
    if ticket is not None and ticket.is_inside:
        room.leave(city=current_city().uuid, address=client_address(request), ticket=ticket)
        response.delete_cookie(_cookie_name(request), samesite="Lax")
    return response


def show_waiting(request: HttpRequest, turn: Turn, *, now: datetime) -> HttpResponse:
    """Show how many stand before this visitor and about how long it takes, or when the doors open."""
    numbers = _numbers(turn) if turn.opens_at is None else _until(turn.opens_at, now=now)
    page = "waiting" if turn.opens_at is None else "early"
    if request.headers.get("Accept", "") == ASKS_FOR_NUMBERS:
        told = {**numbers, "seconds": int(numbers["seconds"]), "page": page}
        answer: HttpResponse = JsonResponse(told)
    elif request.META.get("QUERY_STRING"):
        answer = show(request, page, numbers)
    else:
        answer = HttpResponse(_page_with(page, numbers, request))
    answer["Cache-Control"] = "no-store"
    return answer


def _numbers(turn: Turn) -> dict[str, str]:
    return {
        "ahead": people_text(turn.ahead),
        "minutes": minutes_text(turn.minutes),
        "seconds": str(seconds_between(turn.minutes)),
    }


def _until(opens_at: datetime, *, now: datetime) -> dict[str, str]:
    """Say when the doors open; pages come back then, and not all within the same second."""
    local, language = clock.local(opens_at), get_language() or "ja"
    left = max(0, int((opens_at - now).total_seconds()))
    # Not for cryptography: it spreads the load.
    spread = random.randint(1, LATEST_AFTER_OPENING)  # noqa: S311
    return {
        "opens": f"{full_date(local.date(), language=language)} {japanese_time(opens_at)}",
        "seconds": str(min(left + spread, LONGEST_SLEEP)),
    }


def _page_with(page: str, numbers: Mapping[str, str], request: HttpRequest) -> str:
    """Put the numbers into a page that is drawn once in a while: in a rush everybody asks for it."""
    marks = {name: f"the-{name}-of-whoever-waits" for name in numbers}
    drawn = remember(
        (page, request.path, get_language(), text_sizes.size_of(request)),
        lambda: show(request, page, marks).content.decode(),
        times=KEPT_TIMES,
        kept_in=PAGES,
    )
    for name, mark in marks.items():
        drawn = drawn.replace(mark, escape(numbers[name]))
    return drawn


def seconds_between(minutes: int) -> int:
    """Choose how often a page asks again: often near the door, seldom at the end of a long line."""
    return 10 if minutes <= 1 else 20 if minutes <= 5 else 30


def people_text(ahead: int) -> str:
    """Say how many stand before somebody, roughly."""
    return _("約%(people)s人") % {"people": _about(ahead)} if ahead else _("次の方です")


def minutes_text(minutes: int) -> str:
    """Say about how long it takes."""
    return _("約%(minutes)s分") % {"minutes": minutes} if minutes > 1 else _("1分以内")


def _about(ahead: int) -> int:
    return ahead if ahead < 2 * ROUND else -(-ahead // ROUND) * ROUND


def _ticket(request: HttpRequest, *, now: datetime) -> Ticket | None:
    """Read the ticket; a missing, foreign, altered or old one is none."""
    token = request.COOKIES.get(_cookie_name(request), "")
    if not token:
        return None
    try:
        who, place, is_inside = signing.read(token, purpose=PURPOSE, max_age=WAITING_LASTS, now=now)
        if is_inside:
            signing.read(token, purpose=PURPOSE, max_age=INSIDE_LASTS, now=now)
    except signing.BadToken:
        return None
    return Ticket(who=who, place=place, is_inside=bool(is_inside))


def _cookie_name(request: HttpRequest) -> str:
    return f"__Host-{COOKIE}" if request.is_secure() else COOKIE
