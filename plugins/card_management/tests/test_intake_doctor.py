"""The doctor tells what makes an import stop, and promises nothing that the import does not keep."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plugins.card_management.tests.shelves import browser_of

pytestmark = pytest.mark.django_db
HEAD = "交付通知書番号,氏名,氏名カナ,生年月日,郵便番号,住所,保管場所,到着日"
ROW = "SMP30000{},見本 花子,ミホン ハナコ,1988-02-29,060-0001,福岡県久留米市テスト町1丁目,A,2026/11/02"


@pytest.fixture
def clerk() -> Client:
    return browser_of()


def look(clerk: Client, *lines: str) -> str:
    content = "\r\n".join([HEAD, *lines]).encode("cp932")
    sent = {"format": "issuance_notices", "file": SimpleUploadedFile("list.csv", content)}
    return clerk.post("/imports/doctor/", sent).content.decode()


def test_an_open_quote_that_swallows_the_rest_is_told_as_half_a_file(clerk: Client) -> None:
    rows = [ROW.format(number) for number in range(6)]
    page = look(clerk, rows[0], rows[1].replace(",", ";", 1), f"{rows[2]},余分", f'"{rows[3]}', *rows[4:])
    assert "最後の行が途中で切れています" in page
    assert "ほかの行は取り込めます" not in page


def test_a_row_that_is_left_out_of_a_whole_file_leaves_the_others(clerk: Client) -> None:
    page = look(clerk, ROW.format(0), f"{ROW.format(1)},余分", ROW.format(2))
    assert "途中で切れています（半分のファイル）" not in page
    assert "ほかの行は取り込めます" in page
