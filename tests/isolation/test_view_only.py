"""Somebody who may only look meets no button on any page, and every direct POST is refused."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import resolve
from django.urls.exceptions import Resolver404

from madoguchi.accounts import permissions
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory
from madoguchi.tenancy import City, in_city
from tests.isolation.doors import Door, doors
from tests.isolation.worlds import World, furnish, session_of

pytestmark = pytest.mark.django_db(transaction=True)

# What belongs to everybody's own desk: how they look at lists, what they undo, their own sign-in.
OWN = re.compile(r"/(sign-out|sign-in|password|shortcuts|lists|undo|sessions/own|sessions)/")


class Forms(HTMLParser):
    """Collects where the forms of a page send what is typed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the target of a form that changes something."""
        found = dict(attrs)
        if tag == "form" and (found.get("method") or "").lower() == "post":
            self.targets.append(found.get("action") or "")


@pytest.fixture
def world(home: City) -> World:
    """A furnished city with somebody who may look at everything and change nothing."""
    furnished = furnish(city=home, mark="ZZ-HOME")
    with in_city(home):
        looking = [each.name for each in permissions.declared() if each.access == "view"]
        role = RoleFactory.create(name="閲覧だけ", permissions=looking)
        furnished.sessions["viewer"] = session_of(StaffFactory.create(roles=[role]))
    return furnished


def _browser(world: World) -> Client:
    client = Client(headers={"host": world.host("staff")}, raise_request_exception=False)
    client.cookies["sessionid"] = world.sessions["viewer"]
    return client


def _permission_behind(address: str) -> tuple[str, str]:
    path = address.partition("?")[0]
    try:
        view = resolve(path, urlconf="deploy.urls.staff").func
    except Resolver404:
        return "", ""
    access = getattr(view, "access", None)
    return (access.kind, access.detail) if access else ("", "")


def _pages(world: World) -> Iterator[Door]:
    for door in doors("staff"):
        if not door.is_cms and door.access is not None and door.is_known(world.keys):
            yield door


def _edits() -> frozenset[str]:
    return frozenset(each.name for each in permissions.declared() if each.access == "edit")


def test_no_page_shows_somebody_a_button_that_they_may_not_press(world: World) -> None:
    edits, shown, wrong = _edits(), [], []
    with in_city(world.city, rollback=True):
        browser = _browser(world)
        for door in _pages(world):
            address = door.address(world.keys)
            answer = browser.get(address)
            if answer.status_code != 200 or answer.streaming or "html" not in answer["Content-Type"]:
                continue
            shown.append(address)
            for target in Forms(answer.content.decode()).targets:
                aim = target or address
                kind, detail = _permission_behind(aim)
                # A page for looking that also takes a POST would not say who may send it.
                is_own_page = not target and not OWN.match(address)
                if detail in edits or (is_own_page and kind != "public"):
                    wrong.append(f"{address} sends to {aim} ({detail or kind})")
            wrong += [f"{address} leads to {link}" for link in _closed_doors(answer.content.decode(), edits)]
    assert len(shown) >= 15, shown
    assert wrong == []


def _closed_doors(page: str, edits: frozenset[str]) -> list[str]:
    main = page.partition("<main")[2].partition("</main>")[0]
    buttons = re.findall(r'<a class="btn[^"]*" href="(/[^"#]*)"', main)
    return [link for link in buttons if _permission_behind(link)[1] in edits]


def test_every_direct_post_is_refused(world: World) -> None:
    edits, wrong, refused = _edits(), [], 0
    with in_city(world.city, rollback=True):
        browser = _browser(world)
        for door in _pages(world):
            access = door.access
            assert access is not None
            if access.kind != "requires" or access.detail not in edits:
                continue
            for method in ("POST", "PUT", "DELETE"):
                answer = browser.generic(method, door.address(world.keys))
                refused += answer.status_code == 403
                if answer.status_code not in (403, 405):
                    wrong.append(f"{method} {door}: {answer.status_code}")
            if browser.post(door.address(world.keys)).status_code != 403:
                wrong.append(f"POST {door}")
    assert wrong == []
    assert refused >= 40
