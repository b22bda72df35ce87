"""Files that are small on the wire and enormous once they are opened: refused before anybody opens them."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from PIL import Image

MEBIBYTE: Final = 1024 * 1024
MOST_UNPACKED: Final = 50 * MEBIBYTE
MOST_RATIO: Final = 100
# Below this a high ratio harms nobody: an empty sheet packs well.
HARMLESS: Final = 2 * MEBIBYTE
MOST_ENTRIES: Final = 1_000
MOST_PIXELS: Final = 64_000_000
MOST_FRAMES: Final = 200
MOST_LINES: Final = 1_000_000
LONGEST_LINE: Final = MEBIBYTE
MOST_STREAMS: Final = 20_000
_PIECE: Final = 64 * 1024

ARCHIVES: Final = re.compile(
    r"\.(zip|7z|rar|gz|tgz|bz2|xz|zst|lzh|cab|jar|tar|xlsx|docx|pptx)$", re.IGNORECASE
)
# A chart in a document brings its sheet along.
EMBEDDED: Final = re.compile(r"/embeddings/[^/]+\.(xlsx|docx|pptx)$", re.IGNORECASE)
# What no page of ours asks for, by its first bytes whatever its name says.
PACKED: Final = (
    b"\x1f\x8b",  # gzip
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd",  # zstd
    b"MSCF",  # cabinet
)
PICTURES: Final = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
)
FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
PDF_STREAM: Final = re.compile(rb"stream\r?\n")
PDF_FILTERS: Final = re.compile(rb"/(?:FlateDecode|Fl|LZWDecode|RunLengthDecode)\b")
# A letter of a name may be written by its number: /Fl#61teDecode.
PDF_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
TEXTS: Final = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class Bomb:
    """What a file would do, as a short reason and as a sentence for whoever sent it."""

    reason: str
    sentence: Any


TOO_MUCH = Bomb(
    "unpacks_too_large",
    _("このファイルは、開くと大きくなりすぎます。中身を減らして、作り直してください。"),
)
TOO_MANY = Bomb("too_many_parts", _("このファイルは、部品の数が多すぎます。中身を減らしてください。"))
NESTED = Bomb("nested_archive", _("圧縮ファイルの中に、別の圧縮ファイルがあります。取り出してください。"))
DAMAGED = Bomb("damaged", _("このファイルは壊れています。元のファイルから作り直してください。"))
ARCHIVE = Bomb("packed", _("圧縮ファイルは受け取れません。中のファイルを取り出して、選び直してください。"))
HUGE_PICTURE = Bomb("huge_picture", _("画像の縦横が大きすぎます。小さくして、選び直してください。"))
LONG_LINE = Bomb("long_line", _("1行が長すぎます。CSVの書き出しをやり直してください。"))
MANY_LINES = Bomb("many_lines", _("行が多すぎます（100万行まで）。ファイルを分けてください。"))


def find_bomb(*, content: bytes, name: str) -> Bomb | None:
    """Tell what a file would do when it is opened, without opening it as a whole; None for a harmless one."""
    if content.startswith(PACKED):
        return ARCHIVE
    if content.startswith(b"PK"):
        return _in_archive(content)
    if content.startswith(PICTURES):
        return _in_picture(content)
    if content[:1024].lstrip().startswith(b"%PDF"):
        return _in_pdf(content)
    return _in_text(content) if name.lower().endswith(TEXTS) else None


def _in_archive(content: bytes, *, depth: int = 0) -> Bomb | None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, struct.error, OSError, ValueError):
        return None  # no archive at all: whoever wants one says so
    with archive:
        entries = archive.infolist()
        try:
            return _in_directory(entries, len(content)) or _in_entries(archive, entries, depth)
        except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError):
            return DAMAGED


def _in_directory(entries: list[zipfile.ZipInfo], size: int) -> Bomb | None:
    """Judge by what the archive says of itself."""
    if len(entries) > MOST_ENTRIES:
        return TOO_MANY
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    # Entries that overlap count the same bytes many times.
    if total > MOST_UNPACKED or packed > size:
        return TOO_MUCH
    for entry in entries:
        if entry.file_size > HARMLESS and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            return TOO_MUCH
    return TOO_MUCH if total > HARMLESS and total > MOST_RATIO * size else None


def _in_entries(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], depth: int) -> Bomb | None:
    """Unpack piece by piece, keeping nothing: a directory may lie."""
    total = 0
    for entry in entries:
        with archive.open(entry) as unpacked:
            head = unpacked.read(8)
            if head.startswith((b"PK\x03\x04", *PACKED)) or ARCHIVES.search(entry.filename):
                if depth or not EMBEDDED.search(entry.filename):
                    return NESTED
                inner = _in_archive(head + unpacked.read(MOST_UNPACKED), depth=1)
                if inner is not None:
                    return inner
            total += len(head)
            while piece := unpacked.read(_PIECE):
                total += len(piece)
                if total > MOST_UNPACKED:
                    return TOO_MUCH
    return None


def _in_picture(content: bytes) -> Bomb | None:
    """Read only the head of a picture: its size stands there, and how often it repeats."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
    except Image.DecompressionBombError:
        return HUGE_PICTURE
    except (OSError, SyntaxError, ValueError, TypeError, struct.error):
        return None  # no picture at all: whoever wants one says so
    frames = content.count(b"\x00\x21\xf9\x04") + content.count(b"fcTL") + content.count(b"ANMF")
    if width * height > MOST_PIXELS or frames > MOST_FRAMES:
        return HUGE_PICTURE
    return HUGE_PICTURE if frames * width * height > 4 * MOST_PIXELS else None


def _in_pdf(content: bytes) -> Bomb | None:
    total = 0
    for position, (filters, start) in enumerate(_pdf_streams(content)):
        if position > MOST_STREAMS:
            return TOO_MANY
        if filters == 0:
            continue
        if filters > 1:
            return TOO_MUCH  # a stream packed twice hides its size
        unpacked = _unpacked_size(memoryview(content)[start:], most=MOST_UNPACKED - total)
        total += unpacked
        if total >= MOST_UNPACKED:
            return TOO_MUCH
    return None


def _pdf_streams(content: bytes) -> Iterator[tuple[int, int]]:
    """Find where streams begin, and through how many packers each went."""
    for found in PDF_STREAM.finditer(content):
        if content[max(0, found.start() - 3) : found.start()] == b"end":
            continue
        head = content[max(0, found.start() - 2048) : found.start()]
        dictionary = head[head.rfind(b"obj") + 1 :]
        plain = PDF_ESCAPE.sub(lambda code: bytes.fromhex(code[1].decode()), dictionary)
        named = len(PDF_FILTERS.findall(plain))
        # A filter may be named elsewhere: what looks packed is measured whatever its head says.
        yield named or _looks_packed(content[found.end() : found.end() + 2]), found.end()


def _looks_packed(head: bytes) -> int:
    return int(
        len(head) == 2 and head[0] & 0x0F == 8 and head[0] >> 4 <= 7 and int.from_bytes(head) % 31 == 0
    )


def _unpacked_size(packed: memoryview, *, most: int) -> int:
    unpacker, size = zlib.decompressobj(), 0
    rest: bytes | memoryview = packed[: 4 * MEBIBYTE]
    try:
        while rest and size < most and not unpacker.eof:
            size += len(unpacker.decompress(rest, _PIECE * 16))
            rest = unpacker.unconsumed_tail
    except zlib.error:
        return size
    return size


def _in_text(content: bytes) -> Bomb | None:
    if content.count(b"\n") > MOST_LINES:
        return MANY_LINES
    position = 0
    while len(content) - position > LONGEST_LINE:
        end = content.rfind(b"\n", position, position + LONGEST_LINE)
        if end == -1:
            return LONG_LINE
        position = end + 1
    return None
