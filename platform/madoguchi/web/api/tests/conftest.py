"""What the tests of the API share: an administrator's browser."""

import pytest
from django.test import Client

from madoguchi.testing.factories import StaffFactory, sign_in


@pytest.fixture
def admin(db: None) -> Client:
    """The browser of the city's administrator."""
    browser = Client(headers={"host": "staff.midori.localhost"})
    sign_in(browser, StaffFactory.create(roles=["city_admin"]))
    return browser
