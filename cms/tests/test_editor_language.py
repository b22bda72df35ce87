"""The editor speaks Japanese: no English on the pages our editors reach."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import wagtail
from babel.messages.pofile import read_po
from django.test import Client

from cms.models import HomePage, InfoPage
from cms.tests.english import english_in

pytestmark = pytest.mark.django_db
OURS = Path(__file__).resolve().parents[1] / "locale" / "ja" / "LC_MESSAGES"


def pages() -> list[str]:
    home = HomePage.objects.get(locale__language_code="ja")
    info = InfoPage.objects.get(slug="what-to-bring", locale__language_code="ja")
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


CATALOGUES = ("django", "djangojs")
ROOMS = ("", "admin", "contrib/redirects", "documents", "images", "search", "sites", "snippets", "users")


def untranslated(domain: str, room: str) -> set[str]:
    """List the texts of a room of Wagtail that have no Japanese, neither Wagtail's nor ours."""
    source = Path(wagtail.__file__).parent / room / "locale"
    english = source / "en" / "LC_MESSAGES" / f"{domain}.po"
    if not english.exists():
        return set()
    known = [
        ours for ours in (_catalogue(OURS / f"{domain}.po"), _catalogue(_japanese(source, domain))) if ours
    ]
    return {key for key in _catalogue(english) if not any(catalogue.get(key) for catalogue in known)}


def _japanese(source: Path, domain: str) -> Path:
    return source / "ja" / "LC_MESSAGES" / f"{domain}.po"


def _catalogue(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {
        _first(message.id): _first(message.string)
        for message in catalogue
        if message.id and not message.fuzzy
    }


def _first(text: Any) -> str:
    return text if isinstance(text, str) else text[0]


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("domain", CATALOGUES)
def test_every_text_of_the_editor_has_its_japanese(domain: str, room: str) -> None:
    """Dialogs, errors and messages that no crawl ever meets are in the catalogues, too."""
    assert untranslated(domain, room) == set()


def test_the_front_page_names_the_city_and_no_news_are_counted(
    city_admin: Any, signed_in: Callable[[Any], Client]
) -> None:
    page = signed_in(city_admin).get("/cms/").content.decode()
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert heading is not None
    assert heading[1].strip() == "みどり市のホームページ"
    assert "whats-new" not in page
    assert "keyboard-shortcuts-trigger" in page
