"""IPA 5: what people type is shown as text, never run as a page."""

import pytest
from django.template import engines
from django.test import Client
from pytest_django import Settings

from tests.isolation.worlds import World
from tests.security.conftest import browser_of, found_by, text_of
from tests.security.test_01_sql_injection import PARAMETERS

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = "\"'><script>zz()</script><img src=x onerror=zz()>"


def echoes(browser: Client, address: str) -> bool:
    """Tell whether a page writes what was asked into itself as it is."""
    text = text_of(browser.get(address, dict.fromkeys(PARAMETERS, SCRIPT)))
    return "<script>zz()" in text or "<img src=x onerror" in text


def test_no_page_echoes_a_script(world: World) -> None:
    assert found_by(echoes, world) == []


def test_what_was_stored_is_shown_as_text(world: World) -> None:
    from madoguchi.accounts.models import Staff
    from madoguchi.tenancy import in_city

    with in_city(world.city):
        Staff.objects.update(name=SCRIPT[:60], section=SCRIPT[:60])
    text = text_of(browser_of(world, "city_admin").get("/staff/"))
    assert "&lt;script&gt;zz()" in text
    assert "<script>zz()" not in text


@pytest.mark.usefixtures("with_holes")
def test_a_page_that_echoes_would_be_found(world: World) -> None:
    assert echoes(browser_of(world, "city_admin"), "/planted/echoing/")


def test_templates_that_did_not_escape_would_be_found() -> None:
    template = "{% autoescape off %}{{ name }}{% endautoescape %}"
    assert "<script>" in engines["django"].from_string(template).render({"name": SCRIPT})
    assert "<script>" not in engines["django"].from_string("{{ name }}").render({"name": SCRIPT})


def test_the_policy_forbids_scripts_within_pages(world: World, settings: Settings) -> None:
    policy = browser_of(world, "city_admin").get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
