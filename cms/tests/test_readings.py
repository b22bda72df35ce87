"""The editor of a page of plain Japanese asks for readings and corrects them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cms.models import InfoPage
from madoguchi.words import reading

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not reading.is_available(), reason="no dictionary is installed"),
]


@pytest.fixture
def editor(city_admin: Any, signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(city_admin)


def page_in(language: str) -> InfoPage:
    return InfoPage.objects.get(slug="what-to-bring", locale__language_code=language)


def sent(page: InfoPage) -> dict[str, str]:
    return {
        "title": page.title,
        "slug": page.slug,
        "lead": "予約の 日に 持って 来て ください",
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "body-count": "2",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-value": "電話",
        "body-1-deleted": "",
        "body-1-order": "1",
        "body-1-type": "text",
        "body-1-value": '{"blocks":[{"key":"a","type":"unstyled","depth":0,"text":"窓口へ",'
        '"inlineStyleRanges":[],"entityRanges":[]}],"entityMap":{}}',
        "action-readings": "action-readings",
    }


def test_a_draft_gets_readings_and_the_public_page_waits(editor: Client, resident_client: Client) -> None:
    page = page_in("ja-easy")
    address = f"/cms/pages/{page.pk}/edit/"
    answer = editor.post(address, sent(page))
    assert (answer.status_code, answer["location"]) == (302, address)
    draft = page_in("ja-easy").get_latest_revision_as_object()
    assert draft.lead == "予約《よやく》の 日《ひ》に 持《も》って 来《き》て ください"
    assert [block.value if block.block_type == "heading" else block.value.source for block in draft.body] == [
        "電話《でんわ》",
        '<p data-block-key="a">窓口《まどぐち》へ</p>',
    ]
    assert page_in("ja-easy").lead != draft.lead
    assert "下書きに保存して、ふりがなを付ける" in editor.get(address).content.decode()


def test_a_page_for_everybody_offers_no_readings(editor: Client) -> None:
    assert "ふりがなを付ける" not in editor.get(f"/cms/pages/{page_in('ja').pk}/edit/").content.decode()


def test_without_a_dictionary_the_editor_is_told_to_type(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*, text: str) -> str:
        raise reading.Unavailable

    monkeypatch.setattr(reading, "suggest", refuse)
    page = page_in("ja-easy")
    answer = editor.post(f"/cms/pages/{page.pk}/edit/", sent(page), follow=True)
    assert "ふりがなの候補を出せません" in answer.content.decode()
