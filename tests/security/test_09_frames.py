"""IPA 9: no page of ours lies in a frame of another site."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.security.conftest import Seen, ask

POLICY = "madoguchi.web.policy.CSPMiddleware"


def can_be_framed(seen: Seen) -> bool:
    """Tell whether a page lets another site show it in a frame."""
    if not seen.headers.get("Content-Type", "").startswith("text/html"):
        return False
    policy = seen.headers.get("Content-Security-Policy", "")
    return not any(rule in policy for rule in ("frame-ancestors 'none'", "frame-ancestors 'self'"))


@pytest.mark.django_db(transaction=True)
def test_no_page_can_be_framed(walked: dict[str, Seen]) -> None:
    assert [door for door, seen in walked.items() if can_be_framed(seen)] == []


def test_a_site_without_the_policy_would_be_noticed(admin: Client, settings: Settings) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != POLICY]
    assert can_be_framed(ask(admin, "/"))
