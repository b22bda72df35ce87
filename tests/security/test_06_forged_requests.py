"""IPA 6: a form counts only when it comes from our own page."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.tenancy import in_city
from tests.isolation.worlds import World
from tests.security.conftest import addresses, browser_of

TOKEN = "django.middleware.csrf.CsrfViewMiddleware"


def taken(world: World, browser: Client, zone: str = "staff") -> list[str]:
    """Name the addresses that take a form that another site has made."""
    answers: list[tuple[Any, int]] = []
    for door, address in addresses(world, zone):
        # A program shows its token: no browser adds that by itself.
        if door.access is None or door.access.kind == "token":
            continue
        with in_city(world.city, rollback=True):
            headers = {"origin": "https://evil.example"}
            answers.append((door, browser.post(address, headers=headers).status_code))
    return [str(door) for door, status in answers if status not in (403, 404, 405)]


@pytest.mark.django_db(transaction=True)
def test_no_page_takes_a_form_from_another_site(world: World, settings: Settings) -> None:
    assert taken(world, browser_of(world, "city_admin", enforce_csrf_checks=True)) == []
    # Without the guard the same walk finds forms by the dozen.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != TOKEN]
    assert len(taken(world, browser_of(world, "city_admin", enforce_csrf_checks=True))) > 20


@pytest.mark.usefixtures("with_holes")
def test_a_page_that_asks_for_no_token_would_be_noticed(db: None) -> None:
    browser = Client(headers={"host": "staff.midori.localhost"}, enforce_csrf_checks=True)
    assert browser.post("/planted/taking/").status_code == 200


def test_a_session_is_worth_nothing_where_no_token_of_forms_is_asked(admin: Client) -> None:
    assert admin.post("/api/v1/bookings/").status_code == 401
