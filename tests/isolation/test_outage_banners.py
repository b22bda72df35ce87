"""Residents of the cities that an outage meets are told ahead on every page, and nobody else is."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.tenancy import City, directory
from tenants.outages.rules import Span
from tenants.outages.tests.conftest import REASONS, announce, clean
from tests.isolation.doors import Door, doors
from tests.isolation.worlds import World, furnish

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["clean"]


def pages(world: World) -> list[tuple[Door, Any]]:
    """Open every residents' page of a city that is there."""
    found = []
    for door in doors("resident"):
        if door.is_known(world.keys) and door.access is not None:
            # Each page begins anew: some of them change what the browser carries.
            client = Client(headers={"host": world.host("resident")})
            client.cookies["booking"] = world.cookies["booking"]
            answer = client.get(door.address(world.keys))
            if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
                found.append((door, answer))
    return found


@pytest.mark.req("KUR-09")
def test_every_page_of_the_affected_city_tells_of_it_from_the_day_of_the_notice(
    clean: None, home: City, stranger: City
) -> None:
    worlds = [furnish(city=city, mark=f"ZZ-{city.code}") for city in (home, stranger)]
    now = clock.now()
    starts_at = now + timedelta(days=14)
    announce(now=now - timedelta(days=7), span=Span(starts_at, starts_at + timedelta(hours=4)))
    directory().forget()  # type: ignore[attr-defined]
    met, spared = (pages(world) for world in worlds)
    assert {"identify", "place", "time", "check", "done", "manage", "by_phone"} <= {
        door.name for door, _ in met
    }
    assert [str(door) for door, answer in met if not _tells(answer)] == []
    assert [str(door) for door, answer in spared if _tells(answer)] == []
    with clock.frozen_at(now - timedelta(days=1)):
        assert [str(door) for door, answer in pages(worlds[0]) if _tells(answer)] == []


def _tells(answer: Any) -> bool:
    text = answer.content.decode()
    return "maintenance" in text and any(reason in text for reason in REASONS.values())
