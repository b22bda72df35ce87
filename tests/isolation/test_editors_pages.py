"""Every page of Wagtail's editor is opened, with every right there is: no other city, and no English.

The addresses come from the resolver. What needs a parameter finds it among the samples of the worlds, and
an address that answers nobody has to be on the list below with its reason: nothing is left out unseen.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from cms.tests.english import english_in
from madoguchi.accounts.models import Staff
from madoguchi.tenancy import City, in_city
from tests.isolation.doors import Door, doors
from tests.isolation.worlds import World, furnish

pytestmark = pytest.mark.django_db(transaction=True)
LARGER, SMALLER = "ZZ-HOME", "ZZ-STRANGER"
POST_ONLY = 405

UNSEEN = {
    "/cms/failwhale/": "Wagtail's page that breaks on purpose is closed",
    "/cms//": "the empty page of the resolver",
    "/cms/password_reset/done/": "passwords are ours",
    "/cms/password_reset/complete/": "passwords are ours",
    "/cms/password_reset/confirm/%(uidb64)s/%(token)s/": "passwords are ours",
    "/cms/pages/%(page_id)s/convert_alias/": "nobody makes aliases of pages",
    "/cms/redirects/import/": "files with redirects are closed",
    "/cms/redirects/import/process/": "files with redirects are closed",
    "/cms/images/%(image_id)s/generate_url/": "addresses of other sizes are switched off",
    "/cms/images/%(image_id)s/generate_url/output/": "addresses of other sizes are switched off",
    "/cms/api/main/documents/find/": "finds by what an editor never asks",
    "/cms/api/main/images/find/": "finds by what an editor never asks",
    "/cms/api/main/pages/find/": "finds by what an editor never asks",
    "/cms/block-preview/": "no block of ours has a preview of its own",
}
"""Addresses that answer nobody here, each with its reason."""

QUERIES = {"/cms/bulk/%(app_label)s/%(model_name)s/%(action)s/": ("id", "page_id")}
"""What an address needs behind its question mark, and the sample it is taken from."""

LEFT_TO_OPERATORS = ("/cms/sites/", "/cms/users/", "/cms/groups/", "/cms/api/")
"""Pages for which no role of a city has the right: our rights stand elsewhere."""


@dataclass(frozen=True)
class Seen:
    """One page as it came back."""

    door: Door
    address: str
    status: int
    text: str
    html: str


@pytest.fixture
def worlds(home: City, stranger: City) -> tuple[World, World]:
    """Two cities in which editors have left everything that a list can show."""
    larger = furnish(city=home, mark=LARGER, is_larger=True)
    return larger, furnish(city=stranger, mark=SMALLER)


def visit(world: World, *, role: str, query: str = "") -> Iterator[Seen]:
    """Open every address of the editor in a city, as somebody, and keep nothing of it."""
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = world.sessions[role]
    for door in doors("staff"):
        if not door.is_cms:
            continue
        address = _address(door, world, query)
        with in_city(world.city, rollback=True):
            response: Any = client.get(address, headers={"host": world.host("staff")})
            body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode(errors="replace")
        kind = response.headers.get("Content-Type", "")
        yield Seen(door, address, response.status_code, text, _html(text, kind))


def _address(door: Door, world: World, query: str) -> str:
    address = door.address(world.keys)
    if door.template in QUERIES:
        name, sample = QUERIES[door.template]
        address += "?" + urlencode({name: world.keys[sample]})
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def _html(text: str, kind: str) -> str:
    if kind.startswith("text/html"):
        return text
    if kind.startswith("application/json"):
        answer = json.loads(text)
        return str(answer.get("html", "")) if isinstance(answer, dict) else ""
    return ""


def _with_every_right(world: World) -> None:
    with in_city(world.city):
        Staff.objects.filter(staff_code="Z-city_admin").update(is_superuser=True)


def test_with_every_right_no_page_of_the_editor_shows_another_city(worlds: tuple[World, World]) -> None:
    larger, smaller = worlds
    _with_every_right(smaller)
    _with_every_right(larger)
    leaks, closed, own = [], set(), 0
    # A word of the other city is also searched for, in every list, chooser and report.
    searched = urlencode({"q": LARGER, "query": LARGER, "search": LARGER})
    for query in ("", searched, urlencode({"q": "ZZ"})):
        for seen in visit(smaller, role="city_admin", query=query):
            shown = seen.text.replace(seen.address, "").replace(query, "") if query else seen.text
            leaks += [f"{seen.address}: {word}" for word in _foreign(larger, shown, query)]
            own += SMALLER in seen.text
            if not query and seen.status == 404:
                closed.add(seen.door.template)
            assert seen.status < 500, seen.address
    assert leaks == []
    assert closed == set(UNSEEN), "say in UNSEEN why nobody sees it, or give it a sample"
    assert own > 150, "the positive control: these pages show what their own city has"


def _foreign(world: World, text: str, query: str) -> list[str]:
    """List the words of another city on a page; what was asked for comes back in the field of the search."""
    words = [word for word in world.words if word not in query]
    marked = (f"{LARGER} 案内", f"{LARGER} 写真", f"{LARGER} 書類", f"{LARGER} city", f"{LARGER} 承認")
    return [word for word in (*words, *marked) if word in text]


def test_what_editors_reach_holds_no_english(worlds: tuple[World, World]) -> None:
    world, _other = worlds
    written = _written_here(world)
    found: dict[str, list[str]] = {}
    reached = 0
    for role in ("site_editor", "city_admin"):
        for seen in visit(world, role=role):
            if seen.status != 200 or not seen.html or seen.door.template.startswith(LEFT_TO_OPERATORS):
                continue
            reached += 1
            words = english_in(seen.html, written_here=written)
            if words:
                found[f"{role} {seen.address}"] = sorted(words)
    assert found == {}
    assert reached > 120


def _written_here(world: World) -> list[str]:
    """List what the city wrote in English: its English pages, and the names of people and files."""
    from wagtail.models import Page

    with in_city(world.city):
        titles = Page.objects.values_list("title", "draft_title", "slug", "url_path")
        people = Staff.objects.values_list("name", "staff_code")
        written = {text for row in (*titles, *people) for text in row if text}
    return sorted({*written, f"{world.mark}-tag", world.mark, world.mark.lower()}, key=len, reverse=True)
