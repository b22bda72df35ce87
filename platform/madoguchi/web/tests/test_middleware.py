"""One request, one city, one transaction, whatever goes wrong."""

from typing import Any

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client
from django.test.client import RequestFactory
from pytest_django import Settings

from madoguchi.accounts.models import Role
from madoguchi.tenancy import City, in_city, is_in_city
from madoguchi.web.middleware import CityMiddleware
from madoguchi.web.tests import awkward_views

pytestmark = pytest.mark.django_db(transaction=True)
HOME, STAFF, STRANGER = "midori.localhost", "staff.midori.localhost", "kasumi.localhost"


@pytest.fixture(autouse=True)
def _awkward(settings: Settings) -> None:
    """Serve the awkward views on every host."""
    urlconfs = dict.fromkeys(settings.MADOGUCHI["URLCONFS"], "madoguchi.web.tests.awkward_views")
    settings.MADOGUCHI = {**settings.MADOGUCHI, "URLCONFS": urlconfs}


@pytest.fixture
def client() -> Client:
    """A browser that is shown error pages, as people are."""
    return Client(raise_request_exception=False)


def get(client: Client, path: str, host: str = HOME) -> Any:
    """Ask one host for one path."""
    return client.get(path, headers={"host": host})


def was_kept(city: City, key: str) -> bool:
    """Tell whether a view's row is there after the request."""
    with in_city(city):
        return Role.objects.filter(key=key).exists()


def test_the_host_chooses_the_city(client: Client, home: City, stranger: City) -> None:
    assert get(client, "/city/").content.decode() == f"{home.name} {home.schema_name}"
    assert get(client, "/city/", STRANGER).content.decode() == f"{stranger.name} {stranger.schema_name}"
    assert get(client, "/city/", f"{HOME}:8000").status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "[::1]",
        "midori.localhost.",
        "a@midori.localhost",
        "midori.localhost.evil.example",
        "xmidori.localhost",
        "mid_ori.localhost",
    ],
)
def test_a_name_that_opens_nothing_is_not_found(client: Client, host: str) -> None:
    assert get(client, "/city/", host).status_code == 404


def test_a_forwarded_host_is_not_believed(client: Client, home: City) -> None:
    answer = client.get("/city/", headers={"host": HOME, "x-forwarded-host": STRANGER})
    assert home.name in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "status", "key"),
    [("/fails/", 500, "raised"), ("/breaks/", 500, "broken"), ("/unavailable/", 503, "unavailable")],
)
def test_an_answer_from_500_keeps_nothing(
    client: Client, home: City, path: str, status: int, key: str
) -> None:
    assert get(client, path).status_code == status
    assert not was_kept(home, key)


@pytest.mark.parametrize(
    ("path", "status", "key"), [("/refuses/", 403, "refused"), ("/misses/", 404, "missed")]
)
def test_a_refusal_keeps_what_was_counted(
    client: Client, home: City, path: str, status: int, key: str
) -> None:
    assert get(client, path).status_code == status
    assert was_kept(home, key)


@pytest.mark.parametrize("path", ["/fails/", "/breaks/"])
def test_an_error_page_may_ask_its_own_city(client: Client, home: City, path: str) -> None:
    """F5: the failed transaction is thrown away before the page is rendered."""
    assert get(client, path).content.decode().startswith(f"sorry, {home.name}, ")


def test_a_commit_that_fails_becomes_an_error_page(client: Client, home: City) -> None:
    """F6: nobody is told that all went well."""
    answer = get(client, "/commit-fails/")
    assert answer.status_code == 500
    assert answer.content.decode().startswith(f"sorry, {home.name}, ")


def test_a_commit_hook_can_still_leave_a_message(client: Client, home: City) -> None:
    """F3: hooks run before the session and the messages are written."""
    answer = get(client, "/hook/", STAFF)
    assert answer.status_code == 200
    with in_city(home):
        assert "committed 1" in str(dict(client.session))
    assert was_kept(home, "hooked")


def test_what_was_committed_before_the_answer_stays_when_the_answer_fails(client: Client, home: City) -> None:
    assert get(client, "/commits/").status_code == 500
    assert was_kept(home, "early")
    assert not was_kept(home, "late")


def test_a_stream_reads_its_own_city_after_the_request(client: Client, stranger: City) -> None:
    """F7: content is produced when the middleware has long returned."""
    answer = get(client, "/streams/", STRANGER)
    assert not is_in_city()
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == stranger.name
    assert len(lines) > 1


def test_an_error_in_a_stream_leaves_the_connection_clean(client: Client, home: City) -> None:
    with pytest.raises(DatabaseError):
        b"".join(get(client, "/stream-fails/").streaming_content)
    assert get(client, "/city/").content.decode() == f"{home.name} {home.schema_name}"


def test_a_request_inside_a_request_stays_in_its_city(home: City) -> None:
    """F1: a preview names any host an editor has entered; it is answered in the editor's own city."""
    seen: list[str] = []

    def outer(request: Any) -> Any:
        inner = RequestFactory().get("/city/", headers={"host": STRANGER})
        preview: Any = CityMiddleware(awkward_views.city)(inner)
        seen.append(preview.content.decode())
        Role.objects.create(key="after-preview", name="after-preview")
        return awkward_views.city(request)

    answer = CityMiddleware(outer)(RequestFactory().get("/", headers={"host": HOME}))
    assert isinstance(answer, HttpResponse)
    assert seen == [f"{home.name} {home.schema_name}"] == [answer.content.decode()]
    assert was_kept(home, "after-preview")


def test_the_process_probe_needs_no_city(client: Client) -> None:
    assert get(client, "/livez", "whatever.example").status_code == 200
