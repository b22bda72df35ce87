"""A list as Excel, as CSV for older systems, and on paper: nothing is lost without a word."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook  # type: ignore[import-untyped]

from madoguchi.accounts.tests.test_lists import client_as
from madoguchi.documents.lists import set_list
from madoguchi.documents.rare import without_rare
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.testing.factories import StaffFactory
from madoguchi.web.tables import files

__all__ = ["client_as"]
pytestmark = pytest.mark.django_db
LINES = [["氏名", "番号"], ["髙﨑 一郎", "0012"], ["𠮷野 花子", "=1+1"], ["外\ue000字", "〜−①"]]


def test_excel_holds_texts_and_runs_nothing() -> None:
    book = load_workbook(io.BytesIO(files.spreadsheet(LINES, title="予約/一覧", mark="出力：見本")))
    [sheet] = book.worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[:3] == LINES[:3]
    assert rows[4][0] == "出力：見本"
    assert {cell.data_type for row in sheet.iter_rows(max_col=2) for cell in row if cell.value} == {"s"}
    assert sheet.freeze_panes == "A2"


def test_what_the_old_encoding_lacks_is_named_with_its_place() -> None:
    assert [(each.line, each.column, each.code) for each in files.troubles(LINES)] == [(3, "氏名", "U+20BB7")]
    text = files.cp932_bytes(LINES).decode("cp932")
    assert "〓野 花子" in text
    assert "髙﨑 一郎" in text
    assert "'=1+1" in text


def test_the_page_asks_before_a_character_is_lost(client_as: Callable[[str], Client]) -> None:
    StaffFactory.create(name="𠮷野 家子", staff_code="C7777")
    admin = client_as("city_admin")
    page = admin.get("/staff/?as=cp932")
    assert page["Content-Type"].startswith("text/html")
    assert "U+20BB7" in page.content.decode()
    assert not AuditEntry.objects.filter(action="accounts.list_exported").exists()
    file = admin.get("/staff/?as=cp932&replace=1")
    assert "〓野" in file.content.decode("cp932")
    assert "C7777" in admin.get("/staff/?as=csv").content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(admin.get("/staff/?as=xlsx").content))
    values = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert "𠮷野 家子" in values


def test_rare_characters_are_named_on_the_paper_and_those_of_a_city_become_a_geta() -> None:
    drawn, rare = without_rare({"rows": [["髙﨑 𠮷", "外\ue000字\ue000"]]})
    assert drawn == {"rows": [["髙﨑 𠮷", "外〓字〓"]]}
    assert rare == ["〓（U+E000）×2"]


def test_a_list_is_set_on_paper(sheet: Any) -> None:
    assert set_list(sheet(LINES)).startswith(b"%PDF-1.7")
    assert set_list(sheet([LINES[0]])).startswith(b"%PDF-1.7")


@pytest.fixture
def sheet() -> Callable[[list[list[str]]], Any]:
    """A list as it is to be set."""
    from madoguchi import clock
    from madoguchi.accounts.desk.lists import Sheet

    def make(lines: list[list[str]]) -> Sheet:
        return Sheet(
            title="予約の一覧",
            note="場所：本庁舎",
            name="list",
            query="period=today",
            heads=lines[0],
            numbers=[False] * len(lines[0]),
            sections=[("令和8年12月9日（水）", lines[1:])],
            now=clock.now(),
        )

    return make
