"""What looks for holes: a furnished city, browsers of its people, and pages with holes in them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.tenancy import City, in_city
from tests.isolation.doors import Door, doors
from tests.isolation.worlds import World, furnish

Probe = Callable[[Client, str], bool]


@pytest.fixture
def world(home: City, settings: Settings, tmp_path: Path) -> World:
    """A city with people, bookings, files and pages."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return furnish(city=home, mark="ZZ-HOME")


@pytest.fixture
def admin(world: World) -> Client:
    """The browser of the city's administrator."""
    return browser_of(world, "city_admin")


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


def found_by(probe: Probe, world: World, zones: tuple[str, ...] = ("resident", "staff")) -> list[str]:
    """Walk past every address and name those at which a probe finds a hole."""
    holes = []
    browsers = {"resident": visitor(world), "staff": browser_of(world, "city_admin")}
    for zone in zones:
        for door, address in addresses(world, zone):
            with in_city(world.city, rollback=True):
                if probe(browsers[zone], address):
                    holes.append(str(door))
    return holes


def text_of(response: Any) -> str:
    """Read a whole answer."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body.decode(errors="replace"))
