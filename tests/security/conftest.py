"""What looks for holes: a furnished city, browsers of its people, and pages with holes in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.tenancy import City, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from tests.isolation.doors import Door, doors
from tests.isolation.worlds import World, furnish

WORDS = (
    *("q", "search", "sort", "place", "day", "person", "page", "columns", "state", "kana", "number"),
    *("from", "to", "month", "kind", "view", "actor", "done"),
)
WAYS = ("next", "back", "url", "return")
ELSEWHERE = "//evil.example/"
SCRIPT = "\"'><script>zz()</script><img src=x onerror=zz()>"
LINE = "\r\nX-Injected: yes\r\n\r\n"
# One text for all: a quote for SQL, tags for pages, line breaks for headers.
HOSTILE = f"x' -- %s {SCRIPT}{LINE}"


@dataclass(frozen=True)
class Seen:
    """What an address answered to something hostile."""

    status: int
    text: str
    headers: dict[str, str]


_walked: dict[str, Seen] = {}


@pytest.fixture
def world(home: City, settings: Settings, tmp_path: Path) -> World:
    """A city with people, bookings, files and pages."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return furnish(city=home, mark="ZZ-HOME")


@pytest.fixture
def walked(request: pytest.FixtureRequest) -> dict[str, Seen]:
    """What every address of the city answers to something hostile; walked past once for all tests."""
    if not _walked:
        world: World = request.getfixturevalue("world")
        browsers = {"resident": visitor(world), "staff": browser_of(world, "city_admin")}
        for zone, browser in browsers.items():
            for door, address in addresses(world, zone):
                with in_city(world.city, rollback=True):
                    _walked[str(door)] = ask(browser, address)
    return _walked


@pytest.fixture
def admin(db: None) -> Client:
    """The browser of a city's administrator."""
    browser = Client(headers={"host": "staff.midori.localhost"}, raise_request_exception=False)
    sign_in(browser, StaffFactory.create(roles=["city_admin"]))
    return browser


@pytest.fixture
def with_holes(settings: Settings) -> None:
    """Serve the pages with holes beside the real ones."""
    urlconfs = {**settings.MADOGUCHI["URLCONFS"], "staff": "tests.security.planted"}
    settings.MADOGUCHI = {**settings.MADOGUCHI, "URLCONFS": urlconfs}


def browser_of(world: World, role: str, **options: Any) -> Client:
    """Open a browser with somebody's session."""
    browser = Client(headers={"host": world.host("staff")}, raise_request_exception=False, **options)
    if role in world.sessions:
        browser.cookies["sessionid"] = world.sessions[role]
    return browser


def visitor(world: World) -> Client:
    """Open a resident's browser."""
    browser = Client(headers={"host": world.host("resident")}, raise_request_exception=False)
    for name, value in world.cookies.items():
        browser.cookies[name] = value
    return browser


def addresses(world: World, zone: str) -> Iterator[tuple[Door, str]]:
    """List every address of a zone with values that are there; Wagtail's own have tests of their own."""
    for door in doors(zone):
        if not door.is_cms:
            yield door, door.address(world.keys)


def ask(browser: Client, address: str) -> Seen:
    """Ask an address with something hostile in every usual parameter."""
    answer: Any = browser.get(address, {**dict.fromkeys(WORDS, HOSTILE), **dict.fromkeys(WAYS, ELSEWHERE)})
    body = text_of(answer)
    return Seen(status=answer.status_code, text=body, headers=dict(answer.headers.items()))


def text_of(response: Any) -> str:
    """Read a whole answer."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body.decode(errors="replace"))
