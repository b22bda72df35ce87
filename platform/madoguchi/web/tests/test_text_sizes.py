"""A reader makes the letters larger and stays where they are."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
HOST = {"host": "midori.localhost"}


@pytest.mark.parametrize("size", ["standard", "large", "largest"])
@pytest.mark.parametrize("path", ["/", "/en/", "/ja-easy/booking/?x=1&y=2"])
def test_the_letters_grow_and_the_page_stays(client: Client, size: str, path: str) -> None:
    answer = client.get("/text-size/", {"to": size, "next": path}, headers=HOST)
    assert answer.status_code == 302
    assert answer["Location"] == path
    html = client.get(path, headers=HOST).content.decode()
    assert ("data-text=" in html) == (size != "standard")
    assert f'data-text-size="{size}" aria-current="true"' in html


@pytest.mark.parametrize(
    "back",
    [
        *("https://example.com/", "//example.com/", "javascript:alert(1)", "/\\example.com"),
        *("", "no-view-of-ours", "sign_in"),
    ],
)
def test_the_way_back_never_leads_to_another_site(client: Client, back: str) -> None:
    assert client.get("/text-size/", {"to": "large", "next": back}, headers=HOST)["Location"] == "/"


def test_an_unknown_size_is_the_standard_one(client: Client) -> None:
    assert client.get("/text-size/?to=giant", headers=HOST).cookies["text_size"].value == "standard"
    client.cookies["text_size"] = '"><script>'
    assert "data-text=" not in client.get("/", headers=HOST).content.decode()


def test_staff_choose_nothing_here(client: Client, settings: Any) -> None:
    assert client.get("/text-size/", headers={"host": "staff.midori.localhost"}).status_code == 404
