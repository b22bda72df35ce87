"""The gate behind all forms: what carries a My Number or harm is refused, whichever page it was sent to."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from django.db import DataError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict

from madoguchi import tenancy
from madoguchi.web.errors import domain_error_response
from madoguchi.web.intake.errors import MyNumberSent, UnseenSignSent, UploadHarmful, UploadRefused
from madoguchi.web.intake.fields import noting_what_was_told
from madoguchi.web.intake.my_number import my_numbers

# No form explains more of them; whoever sends more is answered after these.
ENOUGH: Final = 100
ANSWERED: Final = "_my_numbers"
REFUSED_FROM: Final = 400
# A scanner may send one around a number, which pages take off; what is written down must not hold it.
NUL: Final = "\x00"
REFUSED_BY_THE_DATABASE: Final = (DataError, ValueError)


class IntakeMiddleware:
    """Lets a form explain itself; a page that would have taken a My Number in is undone and refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if set(_in_query(request.GET)):
            # An address ends in logs and in lists of what was opened last.
            return domain_error_response(request, MyNumberSent())
        sent = my_numbers_sent(request)
        if not sent:
            return self.get_response(request)
        with noting_what_was_told() as told:
            response = self.get_response(request)
        if sent <= told or response.status_code >= REFUSED_FROM:
            return response
        _undo(request)
        return domain_error_response(request, MyNumberSent())

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Explain a refused file or sign where no form did; leave everything else to Django."""
        if isinstance(exception, UploadRefused):
            _undo(request)
            harmful = UploadHarmful(reason=exception.reason, sentence=exception.sentence)
            return domain_error_response(request, harmful)
        if isinstance(exception, REFUSED_BY_THE_DATABASE) and _carries_nul(request):
            _undo(request)
            return domain_error_response(request, UnseenSignSent())
        return None


def my_numbers_sent(request: HttpRequest) -> frozenset[str]:
    """Find the My Numbers among the words of a request, once per request."""
    found: frozenset[str] | None = getattr(request, ANSWERED, None)
    if found is None:
        every = (digits for text in _words_of(request) for _at, digits in my_numbers(text=text))
        found = frozenset(islice(every, ENOUGH))
        setattr(request, ANSWERED, found)
    return found


def _carries_nul(request: HttpRequest) -> bool:
    return any(NUL in text for text in _words_of(request))


def _in_query(query: QueryDict) -> Iterator[str]:
    for name, values in query.lists():
        for text in (name, *values):
            yield from (digits for _at, digits in my_numbers(text=text))


def _words_of(request: HttpRequest) -> Iterator[str]:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if (request.content_type or "").endswith("json"):
        yield from _words_in(_json(request))
        return
    for name, values in _form(request).lists():
        yield name
        yield from values
    for _name, files in request.FILES.lists():
        yield from (file.name or "" for file in files if hasattr(file, "name"))


def _form(request: HttpRequest) -> QueryDict:
    if request.method == "POST" or request.content_type != "application/x-www-form-urlencoded":
        return request.POST
    return QueryDict(request.body)


def _json(request: HttpRequest) -> object:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        return None


def _words_in(value: Any) -> Iterator[str]:
    """Walk through JSON of any shape without calling itself, however deep a stranger nests it."""
    waiting: list[Any] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, int) and not isinstance(each, bool):
            yield str(each)
        elif isinstance(each, dict):
            waiting += _pairs(each.items())
        elif isinstance(each, list):
            waiting += each


def _pairs(items: Iterable[tuple[Any, Any]]) -> Iterator[Any]:
    for name, value in items:
        yield name
        yield value


def _undo(request: HttpRequest) -> None:
    session = getattr(request, "session", None)
    if session is not None:
        # A wizard keeps its answers there, outside what is rolled back.
        session.modified = False
    if tenancy.is_in_city() and getattr(connection, "serving_request", False):
        connection.restart_after_error()  # type: ignore[attr-defined]
