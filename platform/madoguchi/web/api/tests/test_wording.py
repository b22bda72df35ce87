"""Programs are told what is wrong in Japanese, and in English where their header asks for it."""

import inspect
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.translation import override
from rest_framework import exceptions, serializers

from madoguchi.web.api.tests.machines import program, token_for

PLACES, IMPORTS = "places.view_places", "exchange.import_files"
ENGLISH = {"accept-language": "en-GB,en;q=0.9,ja;q=0.5"}
# For files on a server, of which no program sends the names.
NEVER_SENT = {"FilePathField"}


def sentences() -> Iterator[tuple[str, str]]:
    """List every sentence that a field or a refusal of the framework may say."""
    for name, found in [*inspect.getmembers(serializers), *inspect.getmembers(exceptions)]:
        if not inspect.isclass(found) or name in NEVER_SENT or name == "ValidationError":
            continue
        if issubclass(found, serializers.Field):
            yield from ((f"{name}.{code}", str(text)) for code, text in found.default_error_messages.items())
        elif issubclass(found, exceptions.APIException):
            yield name, str(found.default_detail)


def test_no_sentence_of_the_framework_is_english_for_a_japanese_reader() -> None:
    with override("ja"):
        told = dict(sentences())
    assert len(told) > 50
    assert [where for where, text in told.items() if text.isascii()] == []


@pytest.fixture
def places(db: None) -> Client:
    """A program that may look at places."""
    return program(token_for(PLACES, IMPORTS).text)


NOWHERE = "/api/v1/places/123e4567-e89b-12d3-a456-426614174000/hours/"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", f"{NOWHERE}?first=x", 400),
        ("get", f"{NOWHERE}?first=2026-12-01&last=2026-11-01", 400),
        ("get", f"{NOWHERE}?first=2026-12-01&last=2026-12-02", 404),
        ("delete", "/api/v1/places/", 405),
        ("get", "/api/v1/nothing/", 404),
    ],
)
def test_every_refusal_is_a_japanese_sentence(places: Client, method: str, address: str, status: int) -> None:
    answer = getattr(places, method)(address)
    assert answer.status_code == status
    told = [answer.json()["detail"]]
    told += [text for texts in answer.json().get("errors", {}).values() for text in texts]
    assert [text for text in told if text.isascii()] == []
    assert answer["Content-Language"] == "ja"


def test_english_is_for_whoever_asks_for_it(places: Client) -> None:
    answer = places.get(f"{NOWHERE}?first=x", headers=ENGLISH)
    assert answer.json()["errors"]["last"] == ["This field is required."]
    assert (answer["Content-Language"], answer["Vary"]) == ("en", "Accept-Language")
    assert places.get(f"{NOWHERE}?first=x", headers={"accept-language": "fr"})["Content-Language"] == "ja"
    assert places.get("/api/v1/nothing/", headers=ENGLISH).json()["title"].isascii()
    without = Client(headers={"host": "staff.midori.localhost"}).get("/api/v1/places/", headers=ENGLISH)
    assert without.json()["detail"] == "Authentication credentials were not provided."
    refused = places.delete("/api/v1/places/", headers=ENGLISH)
    assert refused.json()["detail"] == 'Method "DELETE" not allowed.'


def test_a_body_of_a_kind_nobody_reads_is_refused_in_a_sentence(places: Client) -> None:
    for headers, begins in (({}, "リクエストのメディアタイプ"), (ENGLISH, "Unsupported media type")):
        refused = places.generic("POST", "/api/v1/imports/", b"x", "text/plain; kind=odd", headers=headers)
        assert refused.status_code == 415
        assert refused.json()["detail"].startswith(begins)
        assert "kind=odd" in refused.json()["detail"]
