"""What a city says of itself, and how staff see it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from madoguchi import clock
from madoguchi.tenancy import City, in_city
from tenants.watch import rules, storing
from tenants.watch.checks import watched_plugins
from tenants.watch.probing import Sample

PLUGINS = {"cms", "card_management", "card_reservation"}


@pytest.mark.django_db
def test_a_city_in_order_says_so(resident_client: Client) -> None:
    answer = resident_client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"plugins": dict.fromkeys(PLUGINS, "up")}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_the_staff_host_says_the_same_to_somebody_who_is_not_signed_in(staff_client: Client) -> None:
    assert staff_client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_reading_the_health_writes_nothing_and_leaves_no_trace(resident_client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditentry")
        before = cursor.fetchone()
        cookies = resident_client.get("/healthz").cookies
        cursor.execute("SELECT count(*) FROM audit_auditentry")
        assert cursor.fetchone() == before
    assert not cookies


@pytest.mark.django_db
def test_only_reading_is_answered(resident_client: Client) -> None:
    assert resident_client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_plugins_are_watched_where_they_are_on(home: City) -> None:
    assert set(watched_plugins(home)) == PLUGINS


@pytest.fixture
def page(home: City, hire: Callable[..., Any], signed_in: Callable[[Any], Client]) -> Callable[[], str]:
    def shown() -> str:
        answer = browser.get("/availability/")
        assert answer.status_code == 200
        return answer.content.decode()

    with in_city(home):
        browser = signed_in(hire(city_admin=True))
    return shown


@pytest.mark.django_db(transaction=True)
def test_nothing_was_seen_and_nothing_is_called_up(page: Callable[[], str]) -> None:
    text = page()
    assert "サイト全体" in text
    assert "交付予約" in text
    assert "稼働率 ―" in text
    assert "100.000%" not in text


@pytest.mark.django_db(transaction=True)
def test_minutes_that_were_seen_are_counted(home: City, page: Callable[[], str]) -> None:
    now = clock.now()
    day, minute = rules.minute_of(now - timedelta(minutes=1))
    storing.keep(
        [Sample(home.uuid, "", False), Sample(home.uuid, "card_reservation", True)],
        minute=rules.moment_of(day, minute),
    )
    text = page()
    assert "100.000%" in text
    assert "停止1分" in text
    assert "0.000%" in text


@pytest.mark.django_db(transaction=True)
def test_another_city_is_not_on_it(home: City, stranger: City, page: Callable[[], str]) -> None:
    day, minute = rules.minute_of(clock.now() - timedelta(minutes=1))
    storing.keep([Sample(stranger.uuid, "", True)], minute=rules.moment_of(day, minute))
    assert "停止1分" not in page()
    assert str(stranger.name) not in page()


@pytest.mark.django_db
def test_staff_without_the_right_do_not_see_it(
    hire: Callable[..., Any], signed_in: Callable[[Any], Client]
) -> None:
    browser = signed_in(hire(call_centre_agent=True))
    assert browser.get("/availability/").status_code == 403
    assert "稼働状況" not in browser.get("/").content.decode()


@pytest.mark.django_db
def test_the_card_stands_on_the_staff_home(
    hire: Callable[..., Any], signed_in: Callable[[Any], Client]
) -> None:
    assert "今日と過去30日の稼働状況" in signed_in(hire(city_admin=True)).get("/").content.decode()
