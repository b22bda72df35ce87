"""An operator as a city's pages see them: somebody with eyes and without hands."""

from datetime import datetime
from typing import Final

from django.contrib import auth
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from madoguchi import clock
from madoguchi.accounts import sessions
from madoguchi.accounts.models import OperatorVisit, Staff
from madoguchi.accounts.permissions import declared
from madoguchi.accounts.roles import BUILT_IN
from madoguchi.accounts.sight import blindfold
from madoguchi.hooks.contracts.eyes import Eyes

BACKEND: Final = "madoguchi.accounts.visits.visitors.VisitorBackend"
# Looking at the list of what others did, or taking lists away, is not what a visit is for.
NEVER: Final = frozenset(
    {"accounts.export_lists", "accounts.use_desk", "accounts.decide_visits", "audit.view_entries"}
)


class VisitorBackend(BaseBackend):
    """Finds the operator behind a session that a visit began; nobody once the visit is over."""

    def get_user(self, user_id: object) -> Staff | None:
        """Find the visitor for as long as the city lets them in."""
        visit = OperatorVisit.objects.filter(id=str(user_id)).first()
        if visit is None or not visit.is_open(clock.now()):
            return None
        return visitor_of(visit)


def visitor_of(visit: OperatorVisit) -> Staff:
    """Make the person of a visit: never a row of the city's staff."""
    person = Staff(id=visit.id, staff_code="", name=visit.operator_name, password="", session_stamp=visit.id)
    person.visit = visit
    person.uses_shortcuts = False
    person.__dict__["_granted"] = viewing()
    # Without the city's word for it, names and addresses stay covered as for the strictest role.
    person.eyes = Eyes(masks={} if visit.sees_all else blindfold(), places=None)
    return person


def viewing() -> frozenset[str]:
    """Name every permission of a city's staff that shows something and changes nothing."""
    ours = {role.key for role in BUILT_IN}
    return frozenset(
        each.name for each in declared() if each.access == "view" and ours.intersection(each.roles)
    ).difference(NEVER)


def is_visit(request: HttpRequest) -> bool:
    """Tell whether a session was begun by a visit, over or not."""
    return request.session.get(auth.BACKEND_SESSION_KEY) == BACKEND


def visit_of(request: HttpRequest) -> OperatorVisit | None:
    """Give the visit of whoever asks; none for anybody of the city."""
    person = request.user
    return person.visit if isinstance(person, Staff) else None


def begin(*, request: HttpRequest, visit: OperatorVisit, now: datetime) -> None:
    """Start the session of a visit; whoever was signed in at this browser is not any more."""
    request.session.flush()
    request.session[auth.SESSION_KEY] = str(visit.id)
    request.session[auth.BACKEND_SESSION_KEY] = BACKEND
    request.session[auth.HASH_SESSION_KEY] = visitor_of(visit).get_session_auth_hash()
    sessions.mark(request=request, now=now)
    rotate_token(request)
