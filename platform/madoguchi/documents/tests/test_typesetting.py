"""PDFs: what is set, what user text may not do, which characters are drawn."""

import re
import zlib
from datetime import UTC, datetime

import pytest

from madoguchi.documents import codes
from madoguchi.documents.typesetting import SMALL, _fonts, typeset

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
COLUMNS = [{"label": "時間", "width": 1}, {"label": "氏名", "width": 3}]


def _list(rows: list[list[str]], **more: object) -> bytes:
    values = {"title": "予約一覧", "city": "みどり市", "columns": COLUMNS, "sections": [{"rows": rows}]}
    return typeset(template="documents/list", values=values | more, now=NOW)


def test_a_list_is_a_tagged_pdf_for_everybody() -> None:
    pdf = _list([["9:00", "髙﨑 𠮷太郎"]], made="R8.11.21 18:00", note="本庁舎")
    assert pdf.startswith(b"%PDF-1.7")
    text = _unpacked(pdf)
    assert b"pdfuaid" in text
    assert b"/StructTreeRoot" in text
    assert b"/Lang" in text


def test_text_of_users_is_never_markup() -> None:
    hostile = '#import "/etc/passwd" *x* $x$ <a> @b \\ #panic("!") `c` // d'
    assert _list([["9:00", hostile]], title=hostile, city=hostile).startswith(b"%PDF")


def test_our_fonts_come_with_us_and_draw_rare_characters() -> None:
    families = _fonts().families()
    assert {"BIZ UDPGothic", "Noto Sans JP Supplement"} <= set(families)
    used = _unpacked(_list([["9:00", "髙﨑𠮷彅㐂"]]))
    assert re.search(rb"BIZUDPGothic", used)
    assert re.search(rb"NotoSansJPSupplement", used)


def test_the_same_moment_gives_the_same_bytes() -> None:
    assert _list([["9:00", "見本 花子"]]) == _list([["9:00", "見本 花子"]])


def test_a_long_list_is_set_in_a_process_of_its_own() -> None:
    rows = [[f"{number}", "見本 花子" * 4] for number in range(SMALL // 20)]
    assert _list(rows).startswith(b"%PDF")


def test_an_unknown_sheet_is_a_mistake_of_ours() -> None:
    with pytest.raises(LookupError):
        typeset(template="documents/none", values={"title": "x"}, now=NOW)


def test_codes_are_read_back_as_they_were_written() -> None:
    assert codes.qr_code("MADOGUCHI").startswith("<?xml")
    assert "<svg" in codes.nw7_code("A48270037A")


def _unpacked(pdf: bytes) -> bytes:
    parts = [pdf]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(found.group(1)))
        except zlib.error:
            continue
    return b"\n".join(parts)
