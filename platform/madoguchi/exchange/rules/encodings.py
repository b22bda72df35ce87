"""Which encoding a whole file is in: one answer for the file, never a guess per row."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

UTF8_BOM: Final = codecs.BOM_UTF8
_UTF16_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP: Final = b"PK\x03\x04"
# The one part that every file of Office has; any other archive is no spreadsheet.
_PARTS_OF_OFFICE: Final = b"[Content_Types].xml"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_UNIX: Final = "euc_jp"
_BLOCK: Final = 1 << 18
# Bytes that are no character of CP932, though Python's decoder lets them pass.
_STRAY: Final = re.compile("[\x80\uf8f0-\uf8f3]")


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A file that no accepted encoding can read, and where the better attempt stopped."""

    reason: str
    encoding: str = ""
    position: int = 0
    line: int = 0


def recognise(*, content: bytes) -> str | Undecodable:
    """Name the encoding of a file: UTF-8 with mark, strict UTF-8 or strict CP932, in this order."""
    foreign = _recognise_foreign(content)
    if foreign:
        return Undecodable(reason=foreign)
    candidates = ("utf-8-sig",) if content.startswith(UTF8_BOM) else ("utf-8", "cp932")
    for encoding in candidates:
        if _reads(content, encoding):
            return encoding
    if candidates[-1] == "cp932" and _reads(content, _UNIX):
        return Undecodable(reason=_UNIX)
    # The attempt that read further tells more about where the file is damaged.
    failures = [explain_failure(content=content, encoding=encoding) for encoding in candidates]
    return max(failures, key=lambda failure: failure.position)


def _reads(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(content)
    try:
        for start in range(0, len(content), _BLOCK):
            if _STRAY.search(decoder.decode(view[start : start + _BLOCK])):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recognise_foreign(content: bytes) -> str:
    if content.startswith(_OLD_EXCEL) or (content.startswith(_ZIP) and _PARTS_OF_OFFICE in content):
        return "excel"
    if content.startswith(_ZIP):
        return "packed"
    if content.startswith(_UTF16_BOMS):
        return "utf-16"
    if b"\x00" in content:
        return "binary"
    return ""


def explain_failure(*, content: bytes, encoding: str) -> Undecodable:
    """Tell where a file stops being of one encoding."""
    position, is_cut = len(content), False
    try:
        stray = _STRAY.search(content.decode(encoding))
        if stray is not None:
            position = len(stray.string[: stray.start()].encode(encoding))
    except UnicodeDecodeError as failure:
        position, is_cut = failure.start, failure.end >= len(content)
    return Undecodable(
        reason="cut" if is_cut else "bad_byte",
        encoding=encoding,
        position=position,
        line=content.count(b"\n", 0, position) + 1,
    )
