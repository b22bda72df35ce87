"""What a log says of a failed request."""

import json
import logging
from typing import Any

import pytest
from django.conf import settings
from django.db import Error, connection, transaction

from madoguchi.ledger.audit.origin import originating
from madoguchi.tenancy import City, in_city
from madoguchi.web.logs import JsonLines, WithoutSecrets

TOKEN = "t" * 43
BOOKING = "3f0f8a52-7d0e-4b7e-9c40-0a6f4ae3f2b1"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/booking/manage/{TOKEN}/move/", "/booking/manage/…/move/"),
        (f"/en/booking/start/{TOKEN}", "/en/booking/start/…"),
        (f"/booking/done/{TOKEN}:1abc:{TOKEN}/", "/booking/done/…/"),
        (f"/reservations/{BOOKING}/", f"/reservations/{BOOKING}/"),
    ],
)
def test_the_secret_of_a_link_stays_out_of_the_log(path: str, shown: str) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "%s: %s", ("Internal", path), None)
    assert WithoutSecrets().filter(record)
    assert record.getMessage() == f"Internal: {shown}"


def test_every_line_goes_through_the_filter() -> None:
    logging_settings: dict[str, Any] = settings.LOGGING
    assert "without_secrets" in logging_settings["handlers"]["stderr"]["filters"]


def line(message: str, *arguments: object, error: BaseException | None = None) -> dict[str, Any]:
    """Write one line as production does."""
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("madoguchi.web", logging.ERROR, "", 0, message, arguments, exc_info)
    written = JsonLines(release="internet").format(record)
    assert "\n" not in written
    found: dict[str, Any] = json.loads(written)
    return found


@pytest.mark.django_db
def test_a_line_names_the_city_and_the_request(home: City) -> None:
    with in_city(home), originating(request_id="r1", address="192.0.2.1"):
        found = line("%s was slow", "/booking/")
    assert (found["city"], found["request"], found["release"]) == (home.code, "r1", "internet")
    assert found["message"] == "/booking/ was slow"
    assert "192.0.2.1" not in json.dumps(found)


@pytest.mark.parametrize(
    "said",
    [
        "cannot mail taro@resident.example today",
        "called 090-1234-5678 twice",
        "number 123456789018 was typed",
        "GET /cards/?q=山田太郎&page=2",
        "duplicate key\nDETAIL:  Key (email)=(taro@resident.example, 山田太郎) already exists.",
        f"/booking/manage/{TOKEN}/",
    ],
)
def test_a_line_holds_nothing_of_a_person(said: str) -> None:
    written = json.dumps([line(said), line("%s", said), line("x %(exc)s", {"exc": said})], ensure_ascii=False)
    for personal in ("taro", "1234", "山田", TOKEN):
        assert personal not in written
    assert "…" in written


@pytest.mark.django_db
def test_an_error_is_named_by_kind_and_place_and_never_quoted(home: City) -> None:
    name = "山田 太郎"
    with in_city(home), connection.cursor() as cursor:
        try:
            try:
                cursor.execute("SELECT %s::date", [name])
            except Error as cause:
                raise ValueError(f"unreadable: {name}") from cause
        except ValueError as error:
            found = line("could not read %s", error, error=error)
            transaction.set_rollback(True)
    assert name not in json.dumps(found, ensure_ascii=False)
    assert found["message"] == "could not read ValueError"
    assert [each["kind"].rpartition(".")[2] for each in found["error"][:2]] == ["ValueError", "DataError"]
    assert "test_logs.py" in found["error"][0]["at"][-1]
    assert any(each.get("sqlstate") == "22007" for each in found["error"])
