"""The screens of a booking for people with weak eyes, in English and plain Japanese."""

import pytest
from playwright.sync_api import Page

from tests.journeys.site import Site
from tests.journeys.weak_eyes import VISITORS, examine


@pytest.mark.parametrize("language", ["en", "ja-easy"])
def test_every_screen_of_a_booking_is_readable_in_letters_twice_as_large(
    page: Page, site: Site, language: str
) -> None:
    assert examine(page, site, VISITORS[language]) == {}
