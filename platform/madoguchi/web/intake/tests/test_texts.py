"""The words of an office document: found between its marks, at a price that grows with its length alone."""

import io
import time
import zipfile

from madoguchi.web.intake.texts import words_of


def _workbook(strings: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", strings)
    return file.getvalue()


def test_words_stand_without_marks() -> None:
    content = _workbook(b"<sst><si><t>1234</t><r>&lt;5678</r></si><si>9</si></sst>")
    assert list(words_of(content=content, name="list.xlsx")) == ["1234<5678\n9\n"]


def test_nothing_but_opening_signs_costs_no_minutes() -> None:
    began = time.monotonic()
    list(words_of(content=_workbook(b"<" * 400_000), name="list.xlsx"))
    assert time.monotonic() - began < 10
