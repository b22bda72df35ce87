"""A token opens its own city for its own scopes, from its own networks, in its own time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, in_city
from madoguchi.web.api import limits, tokens
from madoguchi.web.api.models import ApiToken
from madoguchi.web.api.tests.machines import MAKER, program, token_for

PLACES = "places.view_places"
ADDRESS = "/api/v1/places/"


@pytest.mark.django_db
def test_only_a_digest_is_kept() -> None:
    made = token_for(PLACES)
    row = ApiToken.objects.get()
    assert made.text not in str(vars(row))
    assert bytes(row.digest) == tokens.digest_of(made.text)
    assert program(made.text).get(ADDRESS).status_code == 200


@pytest.mark.django_db
def test_without_a_token_nothing_opens() -> None:
    stranger = Client(headers={"host": "staff.midori.localhost"})
    answer = stranger.get(ADDRESS)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.django_db
def test_a_session_of_staff_is_no_token(admin: Client) -> None:
    assert admin.get(ADDRESS).status_code == 401


def _revoke(made: tokens.MadeToken) -> None:
    tokens.revoke(token_id=made.id, actor=MAKER, now=clock.now())


def _expire(made: tokens.MadeToken) -> None:
    ApiToken.objects.filter(pk=made.id).update(expires_at=clock.now() - timedelta(seconds=1))


def _move(made: tokens.MadeToken) -> None:
    ApiToken.objects.filter(pk=made.id).update(networks=["203.0.113.0/24"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("end", "code"),
    [(_revoke, "token_revoked"), (_expire, "token_expired"), (_move, "wrong_network")],
)
def test_a_token_that_has_ended_says_so_and_the_attempt_is_kept(
    end: Callable[[tokens.MadeToken], None], code: str
) -> None:
    made = token_for(PLACES)
    end(made)
    answer = program(made.text).get(ADDRESS)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert AuditEntry.objects.filter(action="access.denied", details__reason=code).exists()


@pytest.mark.django_db(transaction=True)
def test_a_token_of_one_city_is_unknown_in_another(home: City, stranger: City) -> None:
    with in_city(home):
        made = token_for(PLACES)
    assert program(made.text).get(ADDRESS).status_code == 200
    there = program(made.text, host="staff.kasumi.localhost")
    invented = program("mdg_" + "x" * 43, host="staff.kasumi.localhost")
    answers = [client.get(ADDRESS) for client in (there, invented)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert there.post("/api/v1/bookings/").content == answers[0].content


@pytest.mark.django_db
def test_whoever_asks_too_much_waits(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 3)
    asked = program(token_for(PLACES).text)
    answers = [asked.get(ADDRESS) for _ in range(5)]
    assert [answer.status_code for answer in answers][:3] == [200, 200, 200]
    assert answers[0]["RateLimit-Limit"] == "3"
    assert answers[0]["RateLimit-Remaining"] == "2"
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1].json()["detail"].startswith("送る回数が多すぎます。")
    assert "seconds" not in answers[-1].json()["detail"]
    assert program(token_for(PLACES).text).get(ADDRESS).status_code == 200


@pytest.mark.django_db
def test_whoever_guesses_tokens_is_slowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STRANGERS_PER_MINUTE", 3)
    guesser = {"host": "staff.midori.localhost"}
    codes = [
        Client(headers={**guesser, "authorization": f"Bearer mdg_{turn:043}"}, REMOTE_ADDR="198.51.100.77")
        .get(ADDRESS)
        .status_code
        for turn in range(5)
    ]
    assert codes[:3] == [404, 404, 404]
    assert codes[-1] == 429


@pytest.mark.django_db
def test_a_new_token_takes_the_place_of_an_old_one() -> None:
    old = token_for(PLACES, sees=["card_management.name"])
    new = tokens.rotate(token_id=old.id, actor=MAKER, now=clock.now())
    assert program(old.text).get(ADDRESS).status_code == 401
    assert program(new.text).get(ADDRESS).status_code == 200
    assert tokens.find(token_id=new.id).sees == ["card_management.name"]
    assert list(
        AuditEntry.objects.filter(action__startswith="api.").order_by("id").values_list("action", flat=True)
    ) == [
        "api.token_made",
        "api.token_rotated",
    ]
