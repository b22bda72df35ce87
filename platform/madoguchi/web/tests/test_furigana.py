"""Readings on residents' pages: drawn whoever wrote them, and switched off without JavaScript."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory

from madoguchi.web.furigana import FuriganaMiddleware, suggested
from madoguchi.words import reading

pytestmark = pytest.mark.django_db

RESIDENT = {"host": "midori.localhost"}
TEXT = '<html data-language="ja-easy"><title>予約《よやく》</title><p>予約《よやく》</p></html>'


def shown(
    *, language: str = "ja-easy", zone: str = "resident", cookie: str = "", kind: str = "text/html"
) -> str:
    def answer(request: HttpRequest) -> HttpResponse:
        request.zone, request.LANGUAGE_CODE = zone, language  # type: ignore[attr-defined]
        return HttpResponse(TEXT, content_type=kind, headers={"Content-Length": str(len(TEXT.encode()))})

    request = RequestFactory().get("/ja-easy/")
    if cookie:
        request.COOKIES["furigana"] = cookie
    response = FuriganaMiddleware(answer)(request)
    assert isinstance(response, HttpResponse)
    assert int(response["Content-Length"]) == len(response.content)
    return response.content.decode()


def test_a_page_leaves_with_its_readings() -> None:
    assert "<ruby>予約" in shown()
    assert "<title>予約</title>" in shown()


@pytest.mark.parametrize(("language", "cookie"), [("ja-easy", "off"), ("ja", "off"), ("en", "")])
def test_a_page_leaves_without_readings_where_nobody_wants_them(language: str, cookie: str) -> None:
    assert "<p>予約</p>" in shown(language=language, cookie=cookie)


def test_a_japanese_page_shows_the_readings_that_staff_wrote() -> None:
    assert "<ruby>予約" in shown(language="ja")


@pytest.mark.parametrize(("zone", "kind"), [("staff", "text/html"), ("resident", "application/json")])
def test_everything_else_leaves_as_it_is(zone: str, kind: str) -> None:
    assert shown(zone=zone, kind=kind) == TEXT


@pytest.mark.parametrize("back", ["/a%0Ab", "/a%0D%0ASet-Cookie:%20a=b", "/検索/"])
def test_the_way_back_is_an_address_whatever_was_asked(back: str) -> None:
    answer = Client(headers=RESIDENT).get(f"/furigana/?show=0&next={back}")
    assert answer.status_code == 303
    assert answer["Location"].isprintable()
    assert answer["Location"].isascii()
    assert set(answer.cookies) == {"furigana"}


def test_the_switch_remembers_and_leads_back(home: Any) -> None:
    browser = Client(headers=RESIDENT)
    hidden = browser.get("/furigana/?show=0&next=/ja-easy/booking/%3Fa%3Db")
    assert (hidden.status_code, hidden["Location"]) == (303, "/ja-easy/booking/?a=b")
    assert 'data-furigana="off"' in browser.get("/ja-easy/booking/").content.decode()
    browser.get("/furigana/?show=1")
    assert 'data-furigana="off"' not in browser.get("/ja-easy/booking/").content.decode()


@pytest.mark.parametrize(
    "address", ["//evil.example/", "https://evil.example/", "/\\evil.example", "booking:x"]
)
def test_the_switch_never_leads_to_another_site(home: Any, address: str) -> None:
    answer = Client(headers=RESIDENT).get("/furigana/", {"show": "0", "next": address})
    assert answer["Location"] == "/ja-easy/"


def test_plain_japanese_offers_the_switch_and_other_languages_do_not(home: Any) -> None:
    browser = Client(headers=RESIDENT)
    page = browser.get("/ja-easy/booking/?a=1").content.decode()
    assert "/furigana/?show=0&amp;next=%2Fja-easy%2Fbooking%2F%3Fa%3D1" in page
    assert "/furigana/" not in browser.get("/en/booking/").content.decode()


@pytest.mark.skipif(not reading.is_available(), reason="no dictionary is installed")
def test_a_member_of_staff_gets_readings_to_correct() -> None:
    filled = suggested(QueryDict("text=予約&name=名前"), fields=("text", "missing"))
    assert (filled["text"], filled["name"]) == ("予約《よやく》", "名前")
