"""IPA 9: no page of ours lies in a frame of another site."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.isolation.worlds import World
from tests.security.conftest import browser_of, found_by

pytestmark = pytest.mark.django_db(transaction=True)
POLICY = "madoguchi.web.policy.CSPMiddleware"


def can_be_framed(browser: Client, address: str) -> bool:
    """Tell whether a page lets another site show it in a frame."""
    answer = browser.get(address)
    if not answer.get("Content-Type", "").startswith("text/html"):
        return False
    policy = answer.get("Content-Security-Policy", "")
    return not any(rule in policy for rule in ("frame-ancestors 'none'", "frame-ancestors 'self'"))


def test_no_page_can_be_framed(world: World) -> None:
    assert found_by(can_be_framed, world) == []


def test_a_site_without_the_policy_would_be_noticed(world: World, settings: Settings) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != POLICY]
    assert can_be_framed(browser_of(world, "city_admin"), "/")
