"""Somebody who may only look meets no button on any page, and every direct POST is refused."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve
from django.urls.exceptions import Resolver404

from madoguchi.accounts import matrix, permissions, services
from madoguchi.accounts.declarations import MANAGE_STAFF
from madoguchi.accounts.models import Role, Staff
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory, sign_in
from madoguchi.tenancy import City, in_city
from tests.isolation.doors import Door, doors
from tests.isolation.worlds import World, furnish, session_of

pytestmark = pytest.mark.django_db(transaction=True)

# What belongs to everybody's own desk: how they look at lists, what they undo, their own sign-in.
OWN = re.compile(
    r"/(sign-out|sign-in|password|shortcuts|lists|undo|sessions/own|sessions)/"
    # Reading, sent by POST: words that must not stand in an address.
    r"|^/reservations/search/$"
)


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
def role(home: City) -> Role:
    """A role that an administrator makes on the matrix: every function to view, none to edit."""
    with in_city(home):
        made: Role = RoleFactory.create(name="閲覧だけ")
        admin = sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), _administrator())
        _tick(admin, [f"{made.id}:{each.name}" for each in permissions.declared() if each.access == "view"])
        made.refresh_from_db()
    return made


@pytest.fixture
def world(home: City, role: Role) -> World:
    """A furnished city with somebody who may look at everything and change nothing."""
    furnished = furnish(city=home, mark="ZZ-HOME")
    with in_city(home):
        furnished.sessions["viewer"] = session_of(StaffFactory.create(roles=[role]))
    return furnished


def _administrator() -> Staff:
    services.seed_roles()
    admin: Staff = StaffFactory.create(roles=["city_admin"])
    return admin


def _tick(admin: Client, values: list[str]) -> None:
    """Send the matrix as a browser does, with more boxes ticked."""
    drawn = matrix.matrix()
    on = [
        cell.value for each in drawn.functions for line in each.lines for cell in line.cells if cell.is_ticked
    ]
    answer = admin.post("/staff/roles/save/", {"version": drawn.version, "may": [*on, *values]})
    assert answer.status_code == 302, answer.content.decode()


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


def _unpressable(world: World) -> tuple[list[str], list[str]]:
    """Walk through every page; list the pages that were shown, and buttons that may not be pressed."""
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
    return shown, wrong


def _closed_doors(page: str, edits: frozenset[str]) -> list[str]:
    main = page.partition("<main")[2].partition("</main>")[0]
    buttons = re.findall(r'<a class="btn[^"]*" href="(/[^"#]*)"', main)
    return [link for link in buttons if _permission_behind(link)[1] in edits]


@pytest.mark.req("KUM-34")
def test_whoever_may_only_view_meets_no_button_and_every_direct_post_is_refused(
    world: World, role: Role
) -> None:
    assert {each.access for each in permissions.declared() if each.name in role.granted} == {"view"}
    shown, wrong = _unpressable(world)
    assert len(shown) >= 15, shown
    assert wrong == []
    refused, let_in = _direct_posts(world)
    assert let_in == []
    assert refused >= 40


def test_the_same_person_meets_the_button_once_the_function_may_be_edited(world: World, role: Role) -> None:
    page = "/staff/"
    with in_city(world.city):
        assert "/staff/new/" not in _browser(world).get(page).content.decode()
        admin = sign_in(Client(headers={"host": world.host("staff")}), StaffFactory.create(city_admin=True))
        _tick(admin, [f"{role.id}:{MANAGE_STAFF}"])
        role.refresh_from_db()
        person = StaffFactory.create(roles=[role])
        world.sessions["viewer"] = session_of(person)
        assert "/staff/new/" in _browser(world).get(page).content.decode()
        assert _browser(world).post("/staff/new/", {"staff_code": ""}).status_code == 422


def _direct_posts(world: World) -> tuple[int, list[str]]:
    """Send a direct POST to every door; count the refusals, and list who was let in."""
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
    return refused, wrong
