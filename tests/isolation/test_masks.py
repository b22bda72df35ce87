"""What a role keeps back stands on no page of the cards, whatever else that role may open."""

from collections.abc import Iterator

import pytest
from django.test import Client

from madoguchi.accounts import permissions
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory
from madoguchi.tenancy import City, in_city
from tests.isolation.doors import Door, doors
from tests.isolation.worlds import World, furnish, session_of

pytestmark = pytest.mark.django_db(transaction=True)

MARK = "ZZ-HOME"
# Names, readings, addresses and days of birth of everybody whom the world invents.
KEPT_BACK = (
    f"{MARK} 花子",
    f"{MARK} 見本",
    f"{MARK} 代理",
    f"{MARK} 1丁目",
    "ゼット ハナコ",
    "ミホン ハナコ",
    "テスト町",
    "昭和63年",
    "昭和55年",
    "S63.",
    "1988-02-29",
    "1980-01-02",
)
# Kept from everybody: of the resident code a page shows the end alone.
NEVER = ("12345678901",)


@pytest.fixture
def world(home: City) -> World:
    """A furnished city with somebody who may do everything and see nobody's name, day or address."""
    furnished = furnish(city=home, mark=MARK)
    with in_city(home):
        every = [each.name for each in permissions.declared()]
        masked = RoleFactory.create(
            permissions=every, masks={column.name: "hidden" for column in permissions.columns()}
        )
        furnished.sessions["masked"] = session_of(StaffFactory.create(roles=[masked]))
        furnished.sessions["seeing"] = session_of(
            StaffFactory.create(roles=[RoleFactory.create(permissions=every)])
        )
    return furnished


def _card_pages(world: World) -> Iterator[Door]:
    for door in doors("staff"):
        is_ours = door.template.startswith(("/cards/", "/imports/"))
        if is_ours and door.access is not None and door.is_known(world.keys):
            yield door


def _browser(world: World, who: str) -> Client:
    client = Client(headers={"host": world.host("staff")}, raise_request_exception=False)
    client.cookies["sessionid"] = world.sessions[who]
    return client


def _told(world: World, who: str, words: tuple[str, ...]) -> tuple[int, list[str]]:
    """Open every page; count those that opened, and list which words each tells."""
    shown, found = 0, []
    with in_city(world.city, rollback=True):
        browser = _browser(world, who)
        for door in _card_pages(world):
            answer = browser.get(door.address(world.keys))
            if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
                continue
            shown += answer.status_code == 200
            page = answer.content.decode()
            found += [f"{door}: {word}" for word in words if word in page]
    return shown, found


def test_no_page_of_the_cards_tells_what_a_role_keeps_back(world: World) -> None:
    shown, told = _told(world, "masked", (*KEPT_BACK, *NEVER))
    assert shown >= 40
    assert told == []


def test_whoever_sees_everything_meets_those_words_and_no_resident_code(world: World) -> None:
    # Else the test above could not fail.
    _shown, told = _told(world, "seeing", KEPT_BACK)
    assert len(told) >= 20
    assert {each.rpartition(": ")[2] for each in told} >= set(KEPT_BACK[:6])
    assert _told(world, "seeing", NEVER)[1] == []
