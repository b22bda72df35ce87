"""What stands between our operators and every page: where they come from, and what a visit may do."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from madoguchi import clock
from madoguchi.accounts import sessions
from madoguchi.accounts.models import Staff
from madoguchi.accounts.visits import networks, services, visitors
from madoguchi.ledger.audit import services as audit
from madoguchi.tenancy import is_in_city
from madoguchi.web import errors
from madoguchi.web.addresses import client_address

READING = ("GET", "HEAD", "OPTIONS")
# What an operator may send within a visit: the end of it.
ENDS = frozenset({"sign_out", "switch_person", "session_stay", "visit_leave", "visit_enter"})
# Questions of a page about itself show nothing of the city.
SILENT = frozenset({"session_state", "session_stay"})


class VisitMiddleware:
    """Keeps our operators to their networks and visits to looking, each page of it written down first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self._is_foreign(request):
            return _refuse_foreign(request)
        if _is_staff_page(request) and visitors.is_visit(request) and not request.user.is_authenticated:
            sessions.end(request=request, reason="visit_over")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Write down what a visitor opens, and refuse what they would change."""
        if not _is_staff_page(request):
            return None
        visit = visitors.visit_of(request)
        if visit is None:
            return None
        match = request.resolver_match
        name = match.url_name if match else ""
        # Not what was looked for: a question in an address may be somebody's name.
        path, now = request.path.replace("\0", "%00")[:500], clock.now()
        if request.method not in READING and name not in ENDS:
            services.note_refused(visit=visit, path=path, method=request.method or "", now=now)
            return errors.visit_is_read_only(request)
        if name not in SILENT:
            services.note_page(visit=visit, path=path, now=now)
        return None

    def _is_foreign(self, request: HttpRequest) -> bool:
        if not is_in_city():
            return False
        is_ours = getattr(request, "zone", "") == "operators" or (
            _is_staff_page(request) and visitors.is_visit(request)
        )
        return is_ours and not networks.is_allowed(address=client_address(request))


def _is_staff_page(request: HttpRequest) -> bool:
    return getattr(request, "zone", "") == "staff" and is_in_city() and sessions.has_cookie(request)


def _refuse_foreign(request: HttpRequest) -> HttpResponse:
    now, address = clock.now(), client_address(request)
    person = request.user if sessions.has_cookie(request) else None
    who = person.actor if isinstance(person, Staff) else networks.NOBODY
    audit.record_denied(
        actor=who,
        action=networks.REFUSED,
        object_type="network",
        object_ids=[address],
        details={"path": request.path.replace("\0", "%00")[:500]},
        now=now,
    )
    networks.alert(who=who, address=address, now=now)
    return errors.foreign_network(request)
