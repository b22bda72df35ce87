"""What a browser really gets, through all middleware."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

pytestmark = pytest.mark.django_db

RESIDENT = "midori.localhost"
STAFF = "staff.midori.localhost"
LARGEST_PAGE = 100_000
MOST_REQUESTS = 12
READINGS = re.compile(r"<rp>.*?</rp>|<rt>.*?</rt>|</?ruby>")
# What names a page is not loaded with it.
NAMING = re.compile(r'<link rel="(?:canonical|alternate)"[^>]*>')


def get(path: str, *, host: str = RESIDENT) -> Any:
    return Client(headers={"host": host}).get(path)


@pytest.mark.parametrize(
    ("path", "lang", "title"),
    [
        ("/nothing-here/", "ja", "ページが見つかりません"),
        ("/en/nothing-here/", "en", "Page not found"),
        ("/ja-easy/nothing-here/", "ja", "ページが 見つかりません"),
    ],
)
def test_an_unknown_page_is_explained_in_the_language_of_its_address(
    path: str, lang: str, title: str
) -> None:
    response = get(path)
    html = READINGS.sub("", response.content.decode())
    assert response.status_code == 404
    assert f'<html lang="{lang}"' in html
    assert re.search(rf"<h1[^>]*>{title}</h1>", html)


def test_an_unknown_host_is_not_found() -> None:
    with override("en"):
        response = get("/", host="nobody.localhost")
    assert response.status_code == 404
    assert "窓口が見つかりません" in response.content.decode()


def test_a_form_without_its_token_is_refused_kindly(home: Any) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": RESIDENT})
    response = client.post("/booking/", {"reference": "DEM100001"})
    assert response.status_code == 403
    assert "何も保存されていません" in response.content.decode()
    assert home.name in response.content.decode()


def test_a_program_gets_a_problem_for_an_unknown_address() -> None:
    response = get("/api/v1/nothing-here/", host=STAFF)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_demonstration_says_that_everybody_is_invented(is_demo: bool, settings: Settings) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "IS_DEMO": is_demo}
    for host in (RESIDENT, STAFF):
        assert ("すべて架空です" in get("/sign-in/", host=host).content.decode()) == is_demo


@pytest.mark.parametrize("path", ["/", "/booking/", "/en/booking/", "/ja-easy/booking/"])
def test_a_page_is_light_and_comes_from_us_alone(path: str) -> None:
    response = get(path)
    html = NAMING.sub("", response.content.decode())
    assert "unsafe" not in response["Content-Security-Policy"]
    parts = set(re.findall(r'(?:<link[^>]*href|<script[^>]*src|<img[^>]*src|<use href)="([^"#]+)', html))
    assert all(part.startswith("/") for part in parts)
    files = [finders.find(part.removeprefix("/static/").split("?")[0]) for part in parts]
    found = [file for file in files if isinstance(file, str)]
    # page.js and chevron.svg are asked for by other files.
    assert len(parts) + 3 <= MOST_REQUESTS
    weight = len(gzip.compress(response.content)) + sum(
        len(gzip.compress(Path(file).read_bytes())) for file in found
    )
    assert weight <= LARGEST_PAGE
