"""Who asks for a page, for the mark on whatever leaves the system: lists as files, on paper and as PDF."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.tenancy import current_city
from madoguchi.web.templatetags.madoguchi import wareki_moment

_ASKING: ContextVar[HttpRequest | None] = ContextVar("madoguchi_asking", default=None)


class AskingMiddleware:
    """Remembers for the length of a request whose it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _ASKING.set(request)
        try:
            return self.get_response(request)
        finally:
            _ASKING.reset(token)


def mark(*, now: datetime | None = None) -> str:
    """Name the member of staff who asks, the city and the time; nothing where nobody does, as in a task."""
    request = _ASKING.get()
    staff = getattr(request, "user", None)
    if not isinstance(staff, Staff):
        return ""
    return _("出力：%(city)s %(name)s（%(code)s）%(at)s") % {
        "city": current_city().name,
        "name": staff.name,
        "code": staff.staff_code,
        "at": wareki_moment(now or clock.now()),
    }
