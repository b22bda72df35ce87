"""A small run of what ``python -m tests.load.scans`` does with 180,000 pages."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.preferences.models import Preference
from madoguchi.tenancy import City
from plugins.card_management.models.scans import ScanBatch, ScanDocument
from plugins.card_management.services import scans_typing
from plugins.card_management.tests import paper
from plugins.card_management.tests.scans import FIRST, HANAKO, SECOND, documents, scanned
from tests.load import scans as load

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(home: City) -> Client:
    client = Client(headers={"host": urlsplit(home.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=["counter_clerk"]))


@pytest.mark.req("FUJ-23")
def test_a_stack_goes_through_sheets_and_double_typing_to_progress_errors_and_room(clerk: Client) -> None:
    Preference.objects.create(
        plugin="card_management",
        chosen={"scans_check_percent": 100, "scans_planned_pages": 180_000},
        changed_at=clock.now(),
        changed_by="",
    )
    written = load.fill(1_500)
    assert ScanDocument.objects.count() == written == 1_000
    batch = scanned(paper.separator("receipt"), paper.form(), paper.separator("agent"), paper.form(lines=3))
    first, second = documents(batch)
    for document in (first, second):
        _type(document, "blank", FIRST)
    _type(first, "entered", SECOND)
    _type(second, "entered", SECOND, name="見本 華子")
    page = clerk.get("/cards/scans/progress/").content.decode()
    # 1,501 pages are finished, 1 of 10 fields differed, and one paper waits for a third look.
    for words in ("1501", "178499", "10.00%", "全体の保存容量の見込み", "1501ページ（この14日の"):
        assert words in page, words
    assert ScanBatch.objects.get(id=batch.id).fields_wrong == 1
    for query, expected in load.asked_for(written).values():
        assert expected in clerk.get("/cards/scans/", query).content.decode(), query


def _type(document: ScanDocument, seen: str, actor: Any, **changes: str) -> None:
    values = {**HANAKO, **changes}
    scans_typing.type_document(
        document_id=document.id, seen=seen, values=values, actor=actor, now=clock.now()
    )
