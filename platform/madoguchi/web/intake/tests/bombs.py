"""Ten files that burst, made small; each names the reason for which it is refused."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

MEBIBYTE = 1024 * 1024


def _zip(entries: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def _sheet() -> bytes:
    row = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    return b"<worksheet><sheetData>" + row * (35 * MEBIBYTE // len(row)) + b"</sheetData></worksheet>"


def workbook() -> bytes:
    """126 KiB that become 35 MiB of XML."""
    return _zip({"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": _sheet()})


def zeros() -> bytes:
    return _zip({"word/document.xml": b"\0" * (80 * MEBIBYTE)})


def nested() -> bytes:
    inner = _zip({"a.txt": b"\0" * MEBIBYTE})
    return _zip({f"{number}.zip": inner for number in range(20)})


def crowd() -> bytes:
    return _zip({f"xl/{number}.xml": b"x" for number in range(5_000)})


def liar() -> bytes:
    """The directory says ten bytes; the entry holds sixty mebibytes."""
    content = bytearray(_zip({"xl/sharedStrings.xml": b"\0" * (60 * MEBIBYTE)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(signature)
        struct.pack_into("<I", content, at + offset, 10)
    return bytes(content)


def overlapping() -> bytes:
    """Many entries of a directory that all point at the same bytes."""
    content = _zip({"xl/a.xml": bytes(range(256)) * 4096})
    directory = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[directory:end]
    many = entry * 60
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 60, 60, len(many), directory, 0)
    return content[:directory] + many + tail


def gzipped() -> bytes:
    return gzip.compress(b"\0" * (60 * MEBIBYTE))


def picture() -> bytes:
    """A PNG of 50,000 by 50,000 dots in a few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * MEBIBYTE)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def film() -> bytes:
    """A GIF of 8,000 by 8,000 dots that is drawn a hundred times."""
    head = b"GIF89a" + struct.pack("<HH", 8_000, 8_000) + b"\x80\x00\x00" + b"\0\0\0\xff\xff\xff"
    frame = (
        b"\x21\xf9\x04\x00\x00\x00\x00\x00\x2c" + struct.pack("<HHHH", 0, 0, 1, 1) + b"\x00\x02\x02D\x01\x00"
    )
    return head + (b"\x00" + frame) * 100 + b"\x3b"


def paper() -> bytes:
    """A PDF whose one stream becomes 80 MiB."""
    packed = zlib.compress(b"\0" * (80 * MEBIBYTE), 9)
    head = (
        b"%PDF-1.7\n1 0 obj\n<< /Length " + str(len(packed)).encode() + b" /Filter /FlateDecode >>\nstream\n"
    )
    return head + packed + b"\nendstream\nendobj\ntrailer<<>>\n%%EOF\n"


def folded_paper() -> bytes:
    """A PDF whose stream was packed twice, so that its size cannot be seen."""
    packed = zlib.compress(zlib.compress(b"\0" * (80 * MEBIBYTE), 9), 9)
    head = b"%PDF-1.7\n1 0 obj\n<< /Filter [/FlateDecode /FlateDecode] >>\nstream\n"
    return head + packed + b"\nendstream\nendobj\n%%EOF\n"


def long_line() -> bytes:
    return b"a," * (10 * MEBIBYTE)


def empty_lines() -> bytes:
    return b"a,b\n" + b"\n" * (19 * MEBIBYTE)


# What is made, under which name it is sent, and why it is refused.
BOMBS: Mapping[str, tuple[Callable[[], bytes], str, str]] = {
    "workbook": (workbook, "list.xlsx", "unpacks_too_large"),
    "zeros": (zeros, "letter.docx", "unpacks_too_large"),
    "nested": (nested, "list.xlsx", "nested_archive"),
    "crowd": (crowd, "list.xlsx", "too_many_parts"),
    "liar": (liar, "list.xlsx", "damaged"),
    "overlapping": (overlapping, "list.xlsx", "unpacks_too_large"),
    "gzipped": (gzipped, "list.csv", "packed"),
    "picture": (picture, "hall.png", "huge_picture"),
    "film": (film, "hall.gif", "huge_picture"),
    "paper": (paper, "form.pdf", "unpacks_too_large"),
    "folded_paper": (folded_paper, "form.pdf", "unpacks_too_large"),
    "long_line": (long_line, "list.csv", "long_line"),
    "empty_lines": (empty_lines, "list.csv", "many_lines"),
}
