"""While a city rests for work everybody reads when it is planned to go on, and never a past time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi import clock
from madoguchi.tenancy import directory, in_city
from tenants.outages import services
from tenants.outages.tests.conftest import OPERATOR, SPAN, announce, minutes

DURING = SPAN.starts_at + minutes(30)
AFTER = SPAN.ends_at + minutes(30)
END = "2026年（令和8年）12月20日（日） 5:00"


def look(client: Client, path: str = "/", *, now: datetime = DURING, **more: Any) -> Any:
    """Open a page at a moment."""
    directory().forget()  # type: ignore[attr-defined]
    with clock.frozen_at(now):
        return client.get(path, **more)


def test_residents_are_told_why_and_until_when(visitor: Client) -> None:
    announce()
    assert look(visitor, now=SPAN.starts_at - minutes(1)).status_code == 200
    answer = look(visitor)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) == 3.5 * 3600
    assert answer["Cache-Control"] == "no-store"
    for text in (
        "メンテナンス中です",
        END,
        "日本時間",
        "新しい版に更新するため",
        "tel:00000000001",
        "みどり市",
    ):
        assert text in page
    assert "Sunday 20 December 2026 5:00" in look(visitor, "/en/").content.decode()
    assert "We are updating the system." in look(visitor, "/en/").content.decode()
    assert "新しく する ため" in look(visitor, "/ja-easy/").content.decode()
    assert look(visitor, "/booking/").status_code == 503


def test_when_the_end_has_passed_the_page_says_extended_and_no_past_time(visitor: Client) -> None:
    made = announce()
    answer = look(visitor, now=AFTER)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) == 600
    assert "延長しています" in page
    assert "5:00" not in page
    with in_city(directory().operators()):
        services.reopen(outage_id=made.id, actor=OPERATOR, now=AFTER)
    assert look(visitor, now=AFTER).status_code == 200


def test_an_outage_that_opens_by_itself_ends_at_its_end(visitor: Client) -> None:
    announce(opens_by_itself=True)
    assert look(visitor).status_code == 503
    assert look(visitor, now=SPAN.ends_at).status_code == 200


def test_staff_wait_like_everybody_and_the_neighbour_goes_on(
    staff_as: Callable[..., Client], operator_at: Callable[[datetime], Client]
) -> None:
    announce()
    answer = look(staff_as(now=DURING))
    assert answer.status_code == 503
    assert END in answer.content.decode()
    assert "運用者に連絡" in answer.content.decode()
    assert look(Client(headers={"host": "kasumi.localhost"})).status_code != 503
    assert look(operator_at(DURING), "/outages/").status_code == 200


def test_the_api_and_the_probes_speak_their_own_language(staff_as: Callable[..., Client]) -> None:
    announce()
    client = staff_as(now=DURING)
    answer = look(client, "/api/v1/anything/")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["code"] == "maintenance"
    assert END in answer.json()["detail"]
    assert answer["Retry-After"]
    assert look(client, "/healthz").status_code == 200
    assert look(client, "/livez").status_code == 200


def test_no_query_is_asked_for_the_closed_page(visitor: Client) -> None:
    announce()
    look(visitor)
    with CaptureQueriesContext(connection) as asked:
        assert look(visitor).status_code == 503
    assert [each["sql"] for each in asked if each["sql"] not in ("BEGIN", "ROLLBACK")] == []


def test_a_tester_enters_by_a_secret_link_of_this_city_and_this_outage(visitor: Client) -> None:
    made = announce()
    with in_city(directory().operators()):
        secret = services.make_pass(outage_id=made.id, actor=OPERATOR, now=DURING)
    assert look(visitor, "/?enter=wrong").status_code == 503
    entered = look(visitor, f"/?enter={secret}")
    assert (entered.status_code, entered["Location"]) == (302, "/")
    assert look(visitor).status_code == 200
    assert look(Client(headers={"host": "midori.localhost"})).status_code == 503
    with in_city(directory().operators()):
        services.make_pass(outage_id=made.id, actor=OPERATOR, now=DURING)
    assert look(visitor).status_code == 503, "a new link takes the old ones back"


def test_planned_work_is_no_failure_in_the_counts(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from madoguchi.web.counters import Counters

    counted: list[int] = []
    monkeypatch.setattr(Counters, "count", lambda self, *, city, status, seconds: counted.append(status))
    announce()
    look(visitor)
    assert 503 not in counted
