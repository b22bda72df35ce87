"""Views that write, fail, stream and remember: what a mixed load needs and the product does not show."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path

from madoguchi.accounts.models import Role
from madoguchi.tenancy import current_city
from madoguchi.web.access import public

in_tests = public("exists in tests only")


def _write(request: HttpRequest) -> str:
    key = request.POST["key"]
    Role.objects.create(key=key, name=current_city().name)
    return key


@in_tests
def whose(request: HttpRequest) -> HttpResponse:
    """Say which city answers, by its name and by its schema."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return HttpResponse(f"{current_city().name} {cursor.fetchone()[0]}")


@in_tests
def write(request: HttpRequest) -> HttpResponse:
    """Leave one row, and a second one when the first is committed."""
    key = _write(request)

    def write_again() -> None:
        Role.objects.create(key=f"{key}-hook", name=current_city().name)

    transaction.on_commit(write_again)
    return HttpResponse(current_city().name)


@in_tests
def fail(request: HttpRequest) -> HttpResponse:
    """Leave a row and break."""
    _write(request)
    raise RuntimeError("broken on purpose")


@in_tests
def fail_at_commit(request: HttpRequest) -> HttpResponse:
    """Leave a row, and a reference that only COMMIT finds broken."""
    _write(request)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "INSERT INTO accounts_staff_groups (staff_id, group_id) VALUES (gen_random_uuid(), 4711)"
        )
    return HttpResponse("looks fine")


@in_tests
def refuse(request: HttpRequest) -> HttpResponse:
    """Leave a row and refuse: a 4xx keeps what it counted."""
    _write(request)
    raise PermissionDenied


@in_tests
def rest(request: HttpRequest) -> HttpResponse:
    """Leave a row and answer 503."""
    _write(request)
    return HttpResponse("later", status=503)


@in_tests
def stream(request: HttpRequest) -> HttpResponseBase:
    """Write the roles row by row after the request's own transaction is over."""

    def rows() -> Iterator[bytes]:
        yield f"{current_city().name}\n".encode()
        for name in Role.objects.values_list("name", flat=True).iterator(chunk_size=5):
            yield f"{name}\n".encode()

    return StreamingHttpResponse(rows(), content_type="text/csv")


@in_tests
def remember(request: HttpRequest) -> HttpResponse:
    """Count in the session, and say what it remembers."""
    seen = request.session.get("mixed", "")
    if request.method == "POST":
        request.session["mixed"] = current_city().name
    return HttpResponse(f"{current_city().name} {seen}")


urlpatterns = [
    path("mixed/whose/", whose),
    path("mixed/write/", write),
    path("mixed/fail/", fail),
    path("mixed/fail-at-commit/", fail_at_commit),
    path("mixed/refuse/", refuse),
    path("mixed/rest/", rest),
    path("mixed/stream/", stream),
    path("mixed/remember/", remember),
]
