"""From a host name to a city and its transaction, and the moment at which a request commits."""

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import response_for_exception
from django.core.signals import got_request_exception
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections, transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import set_urlconf
from django.utils import translation

from madoguchi.ledger.audit.origin import originating
from madoguchi.tenancy import City, Host, current_city, directory, in_city, is_in_city
from madoguchi.web.addresses import client_address
from madoguchi.web.errors import unknown_host
from madoguchi.web.languages import language_of_program

logger = logging.getLogger(__name__)
PROGRAMS = "/api/"

Handler = Callable[[HttpRequest], HttpResponseBase]


def forget_failed_transaction(**_: object) -> None:
    """Roll back when a view raised, so that the error page can query its own city."""
    if connection.serving_request:
        connection.restart_after_error()


# Django offers no other moment between the failed view and its error page.
got_request_exception.connect(
    forget_failed_transaction, dispatch_uid="madoguchi.web.forget_failed_transaction"
)


class CityMiddleware:
    """Find the city by host and run the whole request in its transaction.

    The transaction rolls back on exceptions and answers from 500, and commits otherwise: a 4xx
    keeps its lock-out counters. Re-entrant for pages that render another request inside.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if connection.serving_request:
            return self._nested(request)
        host = host_of(request)
        if host is None:
            return unknown_host(request)
        request.zone = host.zone  # type: ignore[attr-defined]
        request.urlconf = settings.MADOGUCHI["URLCONFS"][host.zone]
        set_urlconf(request.urlconf)
        if "\0" in request.path_info:
            raise Http404  # no page of ours, and a character that no query survives
        if host.city is None:
            return self.get_response(request)
        return self._in(host.city, request)

    def _nested(self, request: HttpRequest) -> HttpResponseBase:
        """Serve a request inside a request (a page preview) as part of its transaction."""
        request.city = current_city()  # type: ignore[attr-defined]
        request.zone = "resident"  # type: ignore[attr-defined]
        request.urlconf = settings.MADOGUCHI["URLCONFS"]["resident"]
        with transaction.atomic():
            return self.get_response(request)

    def _in(self, city: City, request: HttpRequest) -> HttpResponseBase:
        request.city = city  # type: ignore[attr-defined]
        # The proxy named connection looks up this thread's connection again at every attribute.
        backend = connections[DEFAULT_DB_ALIAS]
        backend.serving_request, backend.request_failed = True, False
        try:
            with originating(request_id=uuid.uuid4().hex, address=client_address(request)):
                response = self._answer(city, request)
        finally:
            backend.serving_request = False
        return _streamed_in(city, response)

    def _answer(self, city: City, request: HttpRequest) -> HttpResponseBase:
        try:
            with in_city(city):
                response = self.get_response(request)
                if response.status_code >= 500 or connection.request_failed:
                    transaction.set_rollback(True)
            return response
        except Error as error:
            # COMMIT itself failed, outside every handler of Django.
            logger.exception("the commit of a request failed")
            with in_city(city, rollback=True):
                return response_for_exception(request, error)


class CommitPointMiddleware:
    """Commit innermost when something waits for the commit, while messages and sessions still live."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code < 500:
            commit_here()
        return response


def commit_here() -> None:
    """Commit what waits for it, and let nobody wait for the rest of the request.

    A view calls this when everything is written that belongs together and only its answer is left: the
    row that many people want is free again while the answer is made.
    """
    if _may_commit_here():
        connections[DEFAULT_DB_ALIAS].commit_point()


def _may_commit_here() -> bool:
    backend = connections[DEFAULT_DB_ALIAS]
    return bool(
        backend.run_on_commit
        and is_in_city()
        and backend.in_atomic_block
        and not backend.savepoint_ids
        and not backend.needs_rollback
        and not backend.request_failed
    )


def host_of(request: HttpRequest) -> Host | None:
    """Find what a request's host name opens; None when nobody has that name."""
    try:
        name = request.get_host()
    except DisallowedHost:
        return None
    name = name.rsplit(":", 1)[0] if not name.endswith("]") else name
    found = directory().host(name.lower())
    # A host of another network zone opens nothing here, whoever asks for it.
    return found if found is not None and found.zone in settings.MADOGUCHI["ZONES"] else None


def _streamed_in(city: City, response: HttpResponseBase) -> HttpResponseBase:
    """Give streamed content, produced after the request is over, a transaction of its own."""
    if not response.streaming or getattr(response, "file_to_stream", None) is not None:
        return response
    content: Iterable[bytes] = response.streaming_content  # type: ignore[attr-defined]

    def in_its_city() -> Iterator[bytes]:
        with in_city(city):
            yield from content

    response.streaming_content = in_its_city()  # type: ignore[attr-defined]
    return response


class LanguageMiddleware:
    """Residents choose their language by the address, programs by a header; staff work in Japanese."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_chosen = getattr(request, "zone", "") == "resident"
        said = translation.get_language_from_path(request.path_info) if is_chosen else None
        if request.path_info.startswith(PROGRAMS):
            said = language_of_program(request)
        translation.activate(said or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
