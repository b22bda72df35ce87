"""The editor speaks Japanese: no English on the pages our editors reach."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString
from django.test import Client

from cms.models import HomePage, InfoPage

pytestmark = pytest.mark.django_db

# Names that are the same in Japanese, and what the city itself wrote in English.
NOT_TRANSLATED = re.compile(
    r"Wagtail|Madoguchi|JavaScript|URL|ID|Enter|HTML|CSV|XLSX|English|Ctrl|Mac|Alt|Shift|Esc|kB|MB|http://\S+|\bslug\b"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ’'][A-Za-z]+)*")
SPOKEN = ("aria-label", "title", "placeholder", "alt")


def english_in(page: str) -> set[str]:
    soup = BeautifulSoup(page, "html.parser")
    for unseen in soup.select('script, style, template, code, kbd, [hidden], [lang="en"]'):
        unseen.decompose()
    texts = [text for text in soup.find_all(string=True) if type(text) is NavigableString]
    spoken = [str(tag[name]) for tag in soup.find_all(True) for name in SPOKEN if tag.get(name)]
    return {found for text in [*texts, *spoken] for found in ENGLISH.findall(NOT_TRANSLATED.sub("", text))}


def pages() -> list[str]:
    home = HomePage.objects.get(locale__language_code="ja")
    info = InfoPage.objects.get(slug="contact", locale__language_code="ja")
    of_a_page = ("edit", "history", "usage", "copy", "move", "delete", "unpublish")
    return [
        "/cms/",
        f"/cms/pages/{home.pk}/",
        *(f"/cms/pages/{info.pk}/{name}/" for name in of_a_page),
        f"/cms/pages/{home.pk}/add_subpage/",
        f"/cms/pages/add/cms/infopage/{home.pk}/",
        f"/cms/pages/add/cms/noticepage/{home.pk}/",
        "/cms/pages/search/?q=12345",
        "/cms/images/chooser/",
        "/cms/documents/chooser/",
        "/cms/reports/locked/",
        "/cms/reports/workflow/",
        "/cms/reports/aging-pages/",
    ]


def test_no_english_stands_on_the_pages_our_editors_reach(
    city_admin: Any, signed_in: Callable[[Any], Client]
) -> None:
    editor = signed_in(city_admin)
    for page in pages():
        answer = editor.get(page)
        assert answer.status_code == 200, page
        is_part = answer["content-type"].startswith("application/json")
        content = answer.json()["html"] if is_part else answer.content.decode()
        assert english_in(content) == set(), page


def test_the_scripts_of_the_editor_speak_japanese_too(
    city_admin: Any, signed_in: Callable[[Any], Client]
) -> None:
    catalog = signed_in(city_admin).get("/cms/jsi18n/").content.decode()
    found = re.search(r'"Collapse all": ("[^"]*")', catalog)
    assert found is not None
    assert json.loads(found[1]) == "すべて閉じる"


def test_english_would_be_found() -> None:
    page = '<p>日本語 <b>Draft saved</b></p><a title="Go back">戻る</a><p hidden>Not seen</p>'
    assert english_in(page) == {"Draft saved", "Go back"}
