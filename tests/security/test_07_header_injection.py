"""IPA 7: what people type adds no header to an answer and leads to no other site."""

import pytest
from django.http.response import ResponseHeaders
from django.test import Client

from tests.isolation.worlds import World
from tests.security.conftest import browser_of, found_by
from tests.security.test_01_sql_injection import PARAMETERS

pytestmark = pytest.mark.django_db(transaction=True)
LINE = "x\r\nX-Injected: yes\r\n\r\n<p>"
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "javascript:zz()",
)


def injects(browser: Client, address: str) -> bool:
    """Tell whether a line break in a parameter reaches a header."""
    answer = browser.get(address, dict.fromkeys(PARAMETERS, LINE))
    return any("\n" in value or "\r" in value for value in answer.headers.values())


def leads_away(browser: Client, address: str) -> bool:
    """Tell whether a parameter leads to another site."""
    found = [browser.get(address, dict.fromkeys(PARAMETERS, way)) for way in ELSEWHERE]
    return any("evil.example" in answer.get("Location", "").partition("?")[0] for answer in found)


def test_no_page_takes_a_header_from_a_parameter(world: World) -> None:
    assert found_by(injects, world) == []


def test_no_page_leads_to_another_site(world: World) -> None:
    assert found_by(leads_away, world) == []


@pytest.mark.usefixtures("with_holes")
def test_a_page_that_leads_away_would_be_found(world: World) -> None:
    assert leads_away(browser_of(world, "city_admin"), "/planted/leading/")


@pytest.mark.usefixtures("with_holes")
def test_a_header_that_kept_its_line_breaks_would_be_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = browser_of(world, "city_admin")
    assert not injects(admin, "/planted/heading/")
    monkeypatch.setattr(ResponseHeaders, "_convert_to_charset", lambda self, value, *args, **more: str(value))
    assert injects(admin, "/planted/heading/")
