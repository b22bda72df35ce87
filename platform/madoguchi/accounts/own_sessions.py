"""Where one person is signed in, for themselves and for their administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from madoguchi.accounts import session_book, sessions
from madoguchi.accounts.blocking import Stop, stops_of
from madoguchi.accounts.choosing import chosen
from madoguchi.accounts.desk.sign_ins import history, outcome, why
from madoguchi.accounts.models import Staff, StaffSession
from madoguchi.accounts.session_rules import SessionRules
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.tables import Mark

SHOWN = 10


@dataclass(frozen=True)
class Line:
    """One open session in words."""

    id: UUID
    device: str
    address: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True)
class Past:
    """One sign-in, or an attempt at one."""

    at: datetime
    mark: Mark
    why: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Where a person is signed in and was before."""

    staff: Staff
    lines: Sequence[Line]
    past: Sequence[Past]
    stops: Sequence[Stop]
    last_sign_in: datetime | None
    idle: timedelta
    longest: timedelta

    @property
    def others(self) -> int:
        """Count the sessions at other devices."""
        return sum(not line.is_this for line in self.lines)


def overview(*, staff: Staff, current: str, now: datetime) -> Overview:
    """Show where a person is signed in."""
    rules = chosen(SessionRules)
    found = session_book.open_of(staff=staff, now=now)
    past = history(staff_id=str(staff.id))[:SHOWN]
    return Overview(
        staff=staff,
        lines=[_line(each, current) for each in found],
        past=[Past(each.at, outcome(each), why(each), each.address or "—") for each in past],
        stops=stops_of(staff=staff, now=now),
        last_sign_in=staff.last_login,
        idle=rules.idle,
        longest=rules.longest,
    )


def end_own(*, request: HttpRequest, staff: Staff, session_id: str, now: datetime) -> None:
    """End one session of one's own, or all others, and say so."""
    found = session_book.open_of(staff=staff, now=now)
    mine = request.session.get(sessions.RECORD, "")
    wanted = [each for each in found if str(each.id) != mine and session_id in ("", str(each.id))]
    _say(request, session_book.end_sessions(found=wanted, reason="own", actor=staff.actor, now=now))


def end_of_person(
    *, request: HttpRequest, staff: Staff, session_id: str, actor: Actor, now: datetime
) -> None:
    """End one session of a person, or all of them, and say so."""
    found = session_book.open_of(staff=staff, now=now)
    wanted = [each for each in found if session_id in ("", str(each.id))]
    _say(request, session_book.end_sessions(found=wanted, reason="forced", actor=actor, now=now))


def _say(request: HttpRequest, count: int) -> None:
    if count:
        messages.success(request, _("%(count)d台のサインインを終わらせました。") % {"count": count})
    else:
        messages.info(request, _("そのサインインは、もう終わっています。"))


def _line(each: StaffSession, current: str) -> Line:
    return Line(
        id=each.id,
        device=each.device,
        address=each.address or "—",
        started_at=each.started_at,
        seen_at=each.seen_at,
        is_this=str(each.id) == current,
    )
