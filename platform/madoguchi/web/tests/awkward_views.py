"""Views that go wrong in every way a request can, for the tests of the middleware."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path

from madoguchi.accounts.models import Role
from madoguchi.tenancy import current_city
from madoguchi.web.access import public
from madoguchi.web.middleware import commit_here

open_in_tests = public("only exists in tests")


def write(key: str) -> None:
    """Leave a row by which a test sees whether the request was committed."""
    Role.objects.create(key=key, name=key)


@open_in_tests
def city(request: HttpRequest) -> HttpResponse:
    """Say which city answers, by its name and by its database role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return HttpResponse(f"{current_city().name} {cursor.fetchone()[0]}")


@open_in_tests
def fails(request: HttpRequest) -> HttpResponse:
    """Write and raise."""
    write("raised")
    raise RuntimeError("a bug")


@open_in_tests
def breaks_transaction(request: HttpRequest) -> HttpResponse:
    """Write, then leave the transaction in an error."""
    write("broken")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    return HttpResponse("never")


@open_in_tests
def unavailable(request: HttpRequest) -> HttpResponse:
    """Write and answer 503."""
    write("unavailable")
    return HttpResponse("later", status=503)


@open_in_tests
def refuses(request: HttpRequest) -> HttpResponse:
    """Write and refuse: a counter of failures must stay."""
    write("refused")
    raise PermissionDenied


@open_in_tests
def misses(request: HttpRequest) -> HttpResponse:
    """Write and find nothing."""
    write("missed")
    raise Http404


@open_in_tests
def commit_fails(request: HttpRequest) -> HttpResponse:
    """Leave a broken reference that only COMMIT notices."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "INSERT INTO accounts_staff_groups (staff_id, group_id) VALUES (gen_random_uuid(), 4711)"
        )
    return HttpResponse("looks fine")


@open_in_tests
def hook_says(request: HttpRequest) -> HttpResponse:
    """Wait for the commit, then leave a message in the session of the request."""
    write("hooked")
    transaction.on_commit(
        lambda: messages.success(request, f"committed {Role.objects.filter(key='hooked').count()}")
    )
    return HttpResponse("ok")


@open_in_tests
def commits_before_it_fails(request: HttpRequest) -> HttpResponse:
    """Commit what somebody waits for, then find a bug in the making of the answer."""
    write("early")
    transaction.on_commit(lambda: None)
    commit_here()
    write("late")
    raise RuntimeError("a bug")


@open_in_tests
def streams(request: HttpRequest) -> HttpResponseBase:
    """Answer row by row, after the request's own transaction is over."""

    def rows() -> Iterator[bytes]:
        yield f"{current_city().name}\n".encode()
        for key in Role.objects.values_list("key", flat=True).iterator(chunk_size=1):
            yield f"{key}\n".encode()

    return StreamingHttpResponse(rows())


@open_in_tests
def stream_fails(request: HttpRequest) -> HttpResponseBase:
    """Break in the middle of a stream."""

    def rows() -> Iterator[bytes]:
        yield b"first\n"
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    return StreamingHttpResponse(rows())


@open_in_tests
def server_error(request: HttpRequest) -> HttpResponse:
    """Ask the city on the error page itself."""
    return HttpResponse(f"sorry, {current_city().name}, {Role.objects.count()} roles", status=500)


handler500 = server_error
urlpatterns = [
    path("city/", city),
    path("commits/", commits_before_it_fails),
    path("fails/", fails),
    path("breaks/", breaks_transaction),
    path("unavailable/", unavailable),
    path("refuses/", refuses),
    path("misses/", misses),
    path("commit-fails/", commit_fails),
    path("hook/", hook_says),
    path("streams/", streams),
    path("stream-fails/", stream_fails),
]
