"""IPA 1: what people type is never read as SQL."""

import pytest
from django.test import Client

from tests.isolation.worlds import World
from tests.security.conftest import browser_of, found_by

pytestmark = pytest.mark.django_db(transaction=True)
BREAKING = "x' \"; -- /* \\ %s"
PARAMETERS = (
    "q",
    "search",
    "sort",
    "place",
    "day",
    "person",
    "page",
    "columns",
    "state",
    "kana",
    "number",
    "next",
)


def breaks(browser: Client, address: str) -> bool:
    """Tell whether quotes and comments in every usual parameter break the page."""
    return browser.get(address, dict.fromkeys(PARAMETERS, BREAKING)).status_code >= 500


def test_no_page_reads_a_parameter_as_sql(world: World) -> None:
    assert found_by(breaks, world) == []


@pytest.mark.usefixtures("with_holes")
def test_a_page_that_joined_words_into_sql_would_be_found(world: World) -> None:
    admin = browser_of(world, "city_admin")
    assert breaks(admin, "/planted/concatenated/")
    widened = admin.get("/planted/concatenated/", {"q": "x' OR 'a'='a"}).content.decode()
    assert "管理者" in widened
