"""IPA 11: nobody opens what is not for him. The whole is tests/isolation/test_matrix.py."""

import pytest
from django.test import Client

from madoguchi.tenancy import in_city
from tests.isolation.worlds import World
from tests.security.conftest import addresses, browser_of

pytestmark = pytest.mark.django_db(transaction=True)


def opened(world: World, browser: Client) -> list[str]:
    """Name the pages of staff that somebody can open though they are not for everybody."""
    found = []
    for door, address in addresses(world, "staff"):
        if door.access is not None and door.access.kind == "public":
            continue
        with in_city(world.city, rollback=True):
            if browser.get(address).status_code == 200:
                found.append(str(door))
    return found


@pytest.mark.usefixtures("with_holes")
def test_a_stranger_opens_no_page_of_staff_but_the_planted_one(world: World) -> None:
    assert opened(world, browser_of(world, "nobody")) == ["staff /planted/unguarded/"]
    thief = browser_of(world, "nobody")
    thief.cookies["sessionid"] = "a" * 32
    assert opened(world, thief) == ["staff /planted/unguarded/"]


def test_numbers_of_things_are_no_keys_to_them(world: World) -> None:
    """A clerk asks for what only the administrator may see, by an address that is right."""
    clerk = browser_of(world, "counter_clerk")
    assert clerk.get(f"/staff/{world.keys['staff_id']}/").status_code == 403
    assert clerk.post("/api-access/new/").status_code == 403
