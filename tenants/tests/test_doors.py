"""Every state of a city shows on its pages: in trial, resting, closing, gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from madoguchi.tenancy import City, directory, each_city, find_city, in_city
from madoguchi.testing.factories import StaffFactory
from tenants.models import State

pytestmark = pytest.mark.django_db(transaction=True)
RESIDENT, STAFF = "midori.localhost", "staff.midori.localhost"


@contextmanager
def city_in(state: str) -> Iterator[None]:
    """Put the home city into a state, as its operators did some time ago."""
    _write(state)
    try:
        yield
    finally:
        _write("active")


def _write(state: str) -> None:
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute("UPDATE tenants_city SET state = %s WHERE code = '999997'", [state])
    directory().forget()  # type: ignore[attr-defined]


def get(path: str, *, host: str = RESIDENT) -> Any:
    """Ask one host for one path."""
    return Client().get(path, headers={"host": host})


def sign_in(city: City) -> Client:
    """Sign an administrator of the home city in through the page."""
    with in_city(city):
        staff = StaffFactory.create(city_admin=True)
        staff.set_password("correct-horse-battery")
        staff.save()
    client = Client(headers={"host": STAFF})
    answer = client.post("/sign-in/", {"staff_code": staff.staff_code, "password": "correct-horse-battery"})
    assert answer.status_code == 302, answer.content.decode()
    return client


@pytest.mark.parametrize("path", ["/", "/booking/", "/en/booking/", "/ja-easy/booking/"])
def test_a_city_in_trial_says_so_on_every_page_and_asks_search_engines_to_look_away(path: str) -> None:
    trial = "demo--trial"
    assert trial not in get(path).content.decode()
    assert "X-Robots-Tag" not in get(path)
    with city_in("test"):
        answer = get(path)
        assert answer.status_code == 200
        assert trial in answer.content.decode()
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()


def test_search_engines_are_told_of_no_page_of_a_city_in_trial() -> None:
    assert "Sitemap:" in get("/robots.txt").content.decode()
    assert get("/sitemap.xml").status_code == 200
    with city_in("test"):
        assert get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"
        assert get("/sitemap.xml").status_code == 404


def test_staff_see_the_trial_too(home: City) -> None:
    with city_in("test"):
        assert "demo--trial" in get("/sign-in/", host=STAFF).content.decode()
        client = sign_in(home)
        for path in ("/", "/reservations/", "/messages/deliveries/", "/cms/"):
            page = client.get(path, follow=True)
            assert page.status_code == 200
            assert "試行中" in page.content.decode(), path


def test_residents_of_a_suspended_city_read_that_it_rests_and_when_to_come_back(home: City) -> None:
    with city_in("suspended"):
        for path in ("/", "/booking/", "/no-such-page/", "/media/x.png"):
            answer = get(path)
            assert (answer.status_code, answer["Retry-After"]) == (503, "3600")
            text = answer.content.decode()
            assert "オンライン窓口はお休み中です" in text
            assert home.brand["phone"] in text
            assert home.name in text
        assert 'lang="en"' in get("/en/").content.decode()


def test_staff_of_a_suspended_city_read_and_change_nothing(home: City) -> None:
    with city_in("suspended"):
        client = sign_in(home)
        page = client.get("/messages/deliveries/")
        assert page.status_code == 200
        assert "利用が停止されています" in page.content.decode()
        refused = client.post("/staff/new/", {"staff_code": "123", "name": "x"})
        assert refused.status_code == 409
        assert "いまは変更できません" in refused.content.decode()
        assert client.post("/sign-out/").status_code == 302


def test_a_closed_city_is_gone_on_every_host_and_says_where_to_turn(home: City) -> None:
    with city_in("closed"):
        for host in (RESIDENT, STAFF):
            for path in ("/", "/booking/", "/sign-in/", "/api/v1/schema/"):
                answer = get(path, host=host)
                assert answer.status_code == 410, (host, path)
        assert home.brand["phone"] in get("/").content.decode()
        assert "終了しました" in get("/").content.decode()
        assert get("/api/v1/schema/", host=STAFF)["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("state", "works"),
    [("test", True), ("active", True), ("suspended", False), ("closing", True), ("closed", False)],
)
def test_work_is_done_for_a_city_as_long_as_its_state_allows(state: str, works: bool) -> None:
    with city_in(state):
        assert ("999997" in {city.code for city in each_city()}) == works
        assert find_city(code="999997").state == state


def test_every_state_of_the_table_has_a_standing() -> None:
    from madoguchi.standing import STANDINGS, standing

    assert set(STANDINGS) == set(State.values)
    assert standing("no such state") == STANDINGS["closed"]
