"""What an editor sends is looked at before it is published: My Numbers in words, harm in files."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Revision

from cms.models import InfoPage
from madoguchi.web.intake.adapters.simulator import EICAR
from madoguchi.web.intake.tests.samples import document

pytestmark = pytest.mark.django_db
MINE = "1234-5678-9018"


@pytest.fixture
def editor(city_admin: Any, signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(city_admin)


@pytest.fixture
def contact() -> InfoPage:
    return InfoPage.objects.get(slug="what-to-bring", locale__language_code="ja")


def _form(contact: InfoPage, kind: str, value: str, **changed: str) -> dict[str, str]:
    return {
        "title": contact.title,
        "slug": contact.slug,
        "lead": contact.lead,
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": kind,
        "body-0-value": value,
        **changed,
    }


def _rich(words: str) -> str:
    block = {"key": "a1b2c", "text": words, "type": "unstyled", "depth": 0}
    block |= {"inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


@pytest.mark.parametrize(
    ("kind", "value", "changed"),
    [
        ("heading", f"番号 {MINE}", {}),
        ("text", _rich(f"番号 {MINE} です"), {}),
        ("heading", "電話", {"title": f"番号 {MINE}"}),
        ("heading", "電話", {"lead": "１２３４５６７８９０１８"}),
    ],
)
def test_a_page_with_a_my_number_is_not_kept(
    editor: Client, contact: InfoPage, kind: str, value: str, changed: dict[str, str]
) -> None:
    before = Revision.objects.count()
    answer = editor.post(f"/cms/pages/{contact.pk}/edit/", _form(contact, kind, value, **changed))
    assert answer.status_code in (200, 422)
    shown = answer.content.decode()
    # Errors inside a body are written into the page as JSON.
    assert "個人番号" in shown or json.dumps("個人番号")[1:-1] in shown
    assert Revision.objects.count() == before
    honest = _form(contact, "heading", "番号 1234-5678-9012")
    assert editor.post(f"/cms/pages/{contact.pk}/edit/", honest).status_code == 302
    assert Revision.objects.count() == before + 1


def _upload(editor: Client, kind: str, name: str, content: bytes) -> Any:
    return editor.post(
        f"/cms/{kind}/multiple/add/",
        {"title": name, "files[]": SimpleUploadedFile(name, content)},
        headers={"x-requested-with": "XMLHttpRequest"},
    ).json()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.csv", f"氏名,番号\n花子,{MINE}\n".encode("cp932")),
        ("note.txt", f"番号 {MINE}".encode()),
        ("note.txt", f"番号 {MINE}".encode("utf-16")),
        ("form.docx", document("番号 1234", " 5678 9018")),
    ],
)
def test_a_document_with_a_my_number_is_not_published(editor: Client, name: str, content: bytes) -> None:
    answer = _upload(editor, "documents", name, content)
    assert not answer["success"]
    assert "個人番号" in answer["error_message"]
    assert not get_document_model().objects.exists()


def test_an_honest_list_is_published(editor: Client) -> None:
    assert _upload(editor, "documents", "list.csv", "品目,必要\n写真,1\n".encode("cp932"))["success"]


@pytest.mark.parametrize(("kind", "name"), [("documents", "form.pdf"), ("images", "hall.png")])
def test_a_virus_is_refused_in_words(editor: Client, settings: Any, kind: str, name: str) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "VIRUS_SCANNERS": ("simulator://here",)}
    answer = _upload(editor, kind, name, EICAR)
    assert not answer["success"]
    assert "ウイルス" in answer["error_message"]
    assert not get_document_model().objects.exists()
    assert not get_image_model().objects.exists()
