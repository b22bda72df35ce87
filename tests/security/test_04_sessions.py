"""IPA 4: a session begins anew at the sign-in, ends on the server, and its cookie is kept from others."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from madoguchi.tenancy import City, in_city
from madoguchi.testing.factories import PASSWORD, StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)
HOST = {"host": "staff.midori.localhost"}


@pytest.fixture(autouse=True)
def _clerk(home: City) -> None:
    """Somebody who signs in."""
    with in_city(home):
        StaffFactory.create(staff_code="C0001", roles=["counter_clerk"])


def signed_in(browser: Client) -> str:
    """Sign in by the page and give the number of the session."""
    browser.post("/sign-in/", {"staff_code": "C0001", "username": "C0001", "password": PASSWORD})
    return str(browser.cookies["sessionid"].value)


def fixed(home: City) -> tuple[str, str]:
    """Put a known session upon somebody, let him sign in, and give both numbers."""
    with in_city(home):
        planted = SessionStore()
        planted["zz"] = "planted"
        planted.create()
        number = str(planted.session_key)
    browser = Client(headers=HOST)
    browser.cookies["sessionid"] = number
    return number, signed_in(browser)


def test_a_session_that_somebody_planted_is_not_signed_in(home: City) -> None:
    before, after = fixed(home)
    assert after != before
    thief = Client(headers=HOST)
    thief.cookies["sessionid"] = before
    assert thief.get("/").status_code == 302


def test_a_sign_in_that_kept_the_number_would_be_noticed(home: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionStore, "cycle_key", lambda self: None)
    monkeypatch.setattr(SessionStore, "flush", lambda self: None)
    before, after = fixed(home)
    assert after == before


def test_a_session_ends_on_the_server(home: City) -> None:
    browser = Client(headers=HOST)
    number = signed_in(browser)
    assert browser.get("/").status_code == 200
    browser.post("/sign-out/")
    copy = Client(headers=HOST)
    copy.cookies["sessionid"] = number
    assert copy.get("/").status_code == 302


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(home: City) -> None:
    browser = Client(headers=HOST)
    signed_in(browser)
    cookie = browser.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["domain"]
    assert browser.get("/")["Cache-Control"] == "no-store"
