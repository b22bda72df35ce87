"""The words inside an office document, as far as a My Number could stand in them."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from typing import Final

from madoguchi.web.intake.bombs import MOST_UNPACKED

WORDS_IN: Final = re.compile(
    r"^(word/(document|header\d*|footer\d*|footnotes|endnotes|comments)"
    r"|xl/(sharedStrings|comments\d*|worksheets/[^/]+))\.xml$"
)
PARAGRAPH: Final = re.compile(rb"</w:p>|</si>|</v>|</t></is>|</text>")
# Up to the next of either sign: whoever writes nothing but opening signs must not cost their square.
TAG: Final = re.compile(rb"<[^<>]*>")


def words_of(*, content: bytes, name: str) -> Iterator[str]:
    """Read the paragraphs and cells of a document or a workbook without its marks; nothing of other files."""
    if not content.startswith(b"PK\x03\x04") or not name.lower().endswith((".docx", ".xlsx")):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if WORDS_IN.match(entry.filename) and entry.file_size <= MOST_UNPACKED:
                    yield from _paragraphs(archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError):
        return


def _paragraphs(xml: bytes) -> Iterator[str]:
    # A word processor cuts a number into runs wherever somebody stopped typing.
    text = TAG.sub(b"", PARAGRAPH.sub(b"\n", xml)).decode("utf-8", errors="replace")
    yield unescape(text)
