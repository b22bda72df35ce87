"""How one row of the list is read."""

from datetime import date

import pytest

from madoguchi.hooks.contracts.imports import RowProblem
from plugins.card_management.formats.card_rows import CardRow
from plugins.card_management.formats.issuance_notices import COLUMNS, open_parser
from plugins.card_management.tests.test_sample_file import CONTENT
from samples import generate

GOOD = {
    "交付通知書番号": "ABC123456",
    "氏名": "髙橋　花子",
    "氏名カナ": "タカハシ ハナコ",
    "生年月日": "1988-02-29",
    "郵便番号": "830-0000",
    "住所": "福岡県久留米市テスト町1丁目1番地",
    "保管場所": "本庁A-01-001",
    "到着日": "2026/11/02",
}


def read(**changes: str) -> CardRow | RowProblem:
    cells = GOOD | changes
    return open_parser(today=date(2026, 11, 21))([cells[column] for column in COLUMNS])


def test_the_generator_writes_the_very_bytes_of_the_sample() -> None:
    assert generate.issuance_notices() == CONTENT


@pytest.mark.parametrize(
    "written", ["1988/2/29", "19880229", "1988年2月29日", "昭和63年2月29日", "S63.2.29", "１９８８／２／２９"]
)
def test_a_birth_date_may_be_written_in_any_usual_way(written: str) -> None:
    row = read(生年月日=written)
    assert isinstance(row, CardRow)
    assert row.born_on == "1988-02-29"


@pytest.mark.parametrize(
    "written",
    [
        "平成3年2月30日",
        "昭和65年1月1日",
        "1988-13-01",
        "",
        "きのう",
        "2031-01-01",
        "1870-01-01",
    ],
)
def test_an_impossible_birth_date_is_a_problem_of_its_column(written: str) -> None:
    row = read(生年月日=written)
    assert isinstance(row, RowProblem)
    assert row.column == "生年月日"


@pytest.mark.parametrize("written", ["abc-123456", "ＡＢＣ１２３４５６", "ABC 123456"])
def test_a_number_may_be_written_in_any_usual_way(written: str) -> None:
    row = read(交付通知書番号=written)
    assert isinstance(row, CardRow)
    assert row.reference == "ABC123456"


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("交付通知書番号", "AB123456"),
        ("交付通知書番号", ""),
        ("氏名", "　"),
        ("氏名", "改\n行"),
        ("氏名カナ", "漢字"),
        ("郵便番号", "83-0000"),
        ("住所", ""),
        ("到着日", "2026-02-30"),
    ],
)
def test_a_broken_cell_is_a_problem_of_its_column(column: str, written: str) -> None:
    row = read(**{column: written})
    assert isinstance(row, RowProblem)
    assert row.column == column
    assert written not in row.message or not written.strip()


def test_kana_of_every_width_and_names_as_written_are_kept() -> None:
    row = read(氏名カナ="ﾀｶﾊｼ はなこ")
    assert isinstance(row, CardRow)
    assert (row.kana, row.name) == ("タカハシ ハナコ", "髙橋　花子")
