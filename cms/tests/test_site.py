"""The site of a city: its home in three languages, its guidance, its notices."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page

from cms.models import HomePage, InfoPage, NoticePage
from madoguchi.tenancy import in_city
from madoguchi.testing.people import host

pytestmark = pytest.mark.django_db

PREFIXES = {"ja": "/", "en": "/en/", "ja-easy": "/ja-easy/"}
INTERNAL_LINK = re.compile(r'href="(/[^"#?]*)"')


def _words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@contextmanager
def _ordered(city: Any, planned: list[dict[str, str]]) -> Iterator[None]:
    before = dict(city.rules)
    city.rules["planned"] = planned
    try:
        yield
    finally:
        city.rules.clear()
        city.rules.update(before)


@pytest.mark.parametrize(("language", "path"), PREFIXES.items())
def test_the_home_speaks_every_language_and_names_the_city(
    resident_client: Client, home: Any, language: str, path: str
) -> None:
    words = _words(resident_client, path)
    assert (home.name_en if language == "en" else home.name) in words
    assert f'data-language="{language}"' in words
    assert f'lang="{"en" if language == "en" else "ja"}"' in words
    assert f'data-brand="{home.brand["hue"]}"' in words


def test_the_big_door_leads_to_the_booking(resident_client: Client) -> None:
    words = _words(resident_client, "/")
    door = re.search(r'<a class="door" href="([^"]+)">.*?<strong>([^<]+)</strong>', words, re.DOTALL)
    assert door is not None
    assert door[1] == "/booking/"
    assert "予約" in door[2]


def test_a_service_that_will_come_is_announced_and_not_linked(resident_client: Client, home: Any) -> None:
    planned = [{"plugin": "library_line", "label": "図書館のLINE連携", "description": "準備しています。"}]
    with _ordered(home, planned):
        words = _words(resident_client, "/")
    announced = words.partition("door--planned")[2].partition("</li>")[0]
    assert "図書館のLINE連携" in announced
    assert "準備中" in announced
    assert "href" not in announced.replace("<use href", "")


@pytest.mark.parametrize("path", PREFIXES.values())
def test_no_link_of_the_home_is_dead(resident_client: Client, path: str) -> None:
    links = {link for link in INTERNAL_LINK.findall(_words(resident_client, path)) if "/static/" not in link}
    assert len(links) >= 6
    for link in links:
        assert resident_client.get(link).status_code == 200, link


@pytest.mark.parametrize("language", ["en", "ja-easy"])
def test_every_page_is_there_in_every_language(language: str) -> None:
    japanese = set(
        Page.objects.filter(locale__language_code="ja", depth__gt=1).values_list("translation_key", flat=True)
    )
    other = set(Page.objects.filter(locale__language_code=language).values_list("translation_key", flat=True))
    assert japanese == other


def test_the_places_are_shown_with_their_hours_and_phone(resident_client: Client) -> None:
    words = _words(resident_client, "/places/")
    assert "みどり市役所" in words
    assert "月曜日から金曜日 9:00〜12:00" in words
    assert "tel:00000000001" in words
    assert "Mon to Fri 9:00–12:00" in _words(resident_client, "/en/places/")


def test_an_urgent_notice_stands_first(resident_client: Client) -> None:
    from datetime import date

    home = HomePage.objects.get(locale__language_code="ja")
    for title, is_urgent, day in [("新しい", False, date(2027, 2, 2)), ("大切な", True, date(2027, 1, 1))]:
        home.add_child(
            instance=NoticePage(
                title=title, slug=f"n{day.day}", announced_on=day, is_urgent=is_urgent, locale=home.locale
            )
        )
    words = _words(resident_client, "/")
    news = words.partition('class="news"')[2]
    assert news.index("大切な") < news.index("新しい") < news.index("オンライン窓口を開設しました")
    assert "重要" in words


@pytest.mark.parametrize("path", ["/no-such-page/", "/en/no-such-page/", "/cms/", "/_util/login/"])
def test_what_is_not_there_is_a_page_not_found(resident_client: Client, path: str) -> None:
    assert resident_client.get(path).status_code == 404


def test_a_page_that_is_not_published_is_not_shown(resident_client: Client) -> None:
    InfoPage.objects.filter(slug="what-to-bring").update(live=False)
    assert resident_client.get("/what-to-bring/").status_code == 404
    assert "/what-to-bring/" not in _words(resident_client, "/")


@pytest.mark.django_db(transaction=True)
def test_a_page_of_one_city_never_shows_in_another(home: Any, stranger: Any) -> None:
    with in_city(home):
        page = InfoPage.objects.get(slug="what-to-bring", locale__language_code="ja")
        page.title = "みどり市だけの文章"
        page.save_revision().publish()
    here, there = (Client(headers={"host": host(city.resident_url)}) for city in (home, stranger))
    assert "みどり市だけの文章" in _words(here, "/what-to-bring/")
    assert "みどり市だけの文章" not in _words(there, "/what-to-bring/")
