"""The first look at a file: is it text we can read, of this layout, and free of My Number?"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from madoguchi.exchange.errors import FileRefused
from madoguchi.exchange.rules.encodings import Undecodable, explain_failure, recognise
from madoguchi.exchange.rules.layout import Layout, Mismatch, read_layout
from madoguchi.web.intake.my_number import find_my_number

LARGEST_BYTES: Final = 20 * 1024 * 1024
# Below this the answer comes with the page; above it a worker counts and the page shows progress.
CHECKED_AT_ONCE_BYTES: Final = 1024 * 1024
LONGEST_LINE: Final = 1024 * 1024
_BLOCK_CHARACTERS: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be read row by row."""

    encoding: str
    layout: Layout
    content_hash: str


def inspect(
    *, content: bytes, columns: Sequence[str], optional: Sequence[str] = (), largest: int = LARGEST_BYTES
) -> Inspected:
    """Look at a whole file before anything of it is kept.

    Raises FileRefused with what to do.
    """
    refuse_size(content=content, largest=largest)
    encoding = recognise(content=content)
    if isinstance(encoding, Undecodable):
        raise undecodable(failure=encoding)
    layout = find_layout(content=content, encoding=encoding, columns=columns, optional=optional)
    refuse_my_number(content=content, encoding=encoding)
    return Inspected(encoding=encoding, layout=layout, content_hash=hashlib.sha256(content).hexdigest())


def refuse_size(*, content: bytes, largest: int) -> None:
    """Refuse a file with nothing in it, and one that is too large.

    Raises FileRefused.
    """
    if not content.strip():
        raise FileRefused(
            reason="empty", sentence=_("ファイルが空です。書き出しが終わっているか確かめてください。")
        )
    if len(content) > largest:
        sentence = _("ファイルが大きすぎます（%(size)dMBまで）。分けて取り込んでください。")
        raise FileRefused(reason="too_large", sentence=sentence % {"size": largest // (1024 * 1024)})
    if _has_endless_line(content):
        raise FileRefused(
            reason="long_line",
            sentence=_("1行が長すぎます。改行のあるファイルで書き出しをやり直してください。"),
        )


def _has_endless_line(content: bytes) -> bool:
    # Lines are read whole: a file that is one line would stand in memory many times over.
    start = 0
    while len(content) - start > LONGEST_LINE:
        end = max(content.rfind(sign, start, start + LONGEST_LINE) for sign in (b"\n", b"\r"))
        if end < 0:
            return True
        start = end + 1
    return False


def find_layout(
    *, content: bytes, encoding: str, columns: Sequence[str], optional: Sequence[str] = ()
) -> Layout:
    """Read the heading of a file.

    Raises FileRefused naming the columns that are missing or unknown.
    """
    heading = content.split(b"\n", 1)[0]
    first_line = heading.decode(encoding).rstrip("\r")
    found = read_layout(first_line=first_line, columns=columns, optional=optional)
    if isinstance(found, Layout):
        return found
    if encoding == "cp932":
        _refuse_disguise(content, heading, columns, optional)
    raise _mismatch(found)


def _refuse_disguise(content: bytes, heading: bytes, columns: Sequence[str], optional: Sequence[str]) -> None:
    # CP932 decodes nearly anything: a heading that fits in another encoding betrays the file.
    for other in ("utf-8", "euc_jp", "iso2022_jp"):
        text = heading.decode(other, errors="ignore").rstrip("\r")
        if isinstance(read_layout(first_line=text, columns=columns, optional=optional), Mismatch):
            continue
        if other == "utf-8":
            raise undecodable(failure=explain_failure(content=content, encoding="utf-8"))
        name = other.upper().replace("_", "-")
        raise FileRefused(reason="encoding", sentence=_foreign(name))


def _foreign(name: str) -> str:
    sentence = _(
        "文字コードが %(encoding)s のようです。CP932（シフトJIS）かUTF-8のCSVで保存し直すか、"
        "「取込定義」でこの文字コードを選んでください。"
    )
    return sentence % {"encoding": name}


def undecodable(*, failure: Undecodable) -> FileRefused:
    """Say where a file cannot be read, and what to do."""
    sentences = {
        "excel": _("Excelのファイルです。Excelで開き、CSV形式で保存し直してください。"),
        "packed": _("圧縮ファイルは受け取れません。中のファイルを取り出して、選び直してください。"),
        "utf-16": _foreign("UTF-16"),
        "euc_jp": _foreign("EUC-JP"),
        "binary": _("文字のファイルではありません。CSV形式のファイルを選んでください。"),
        "cut": _(
            "ファイルが途中で切れています（%(line)d行目、%(position)dバイト目）。もう一度書き出してください。"
        ),
        "bad_byte": _(
            "%(line)d行目（先頭から%(position)dバイト目）に、%(encoding)sとして読めない文字があります。"
            "CP932（シフトJIS）かUTF-8で保存し直してください。"
        ),
    }
    places = {
        "line": failure.line,
        "position": failure.position + 1,
        "encoding": failure.encoding.upper(),
    }
    return FileRefused(reason=failure.reason, sentence=sentences[failure.reason] % places, **places)


def _mismatch(found: Mismatch) -> FileRefused:
    parts = (
        (found.missing, _("足りない列：%(names)s")),
        (found.unknown, _("知らない列：%(names)s")),
        (found.repeated, _("重なっている列：%(names)s")),
    )
    listed = "。".join(text % {"names": "、".join(names[:12])} for names, text in parts if names)
    sentence = _(
        "1行目の見出しがこの取込形式と合いません。%(listed)s。取込形式かファイルを選び直してください。"
        "列の名前が違うだけなら、「取込定義」で対応を決めると、このまま取り込めます。"
    )
    return FileRefused(
        reason="layout",
        sentence=sentence % {"listed": listed},
        missing=list(found.missing),
        unknown=list(found.unknown),
    )


def refuse_my_number(*, content: bytes, encoding: str) -> None:
    """Refuse a file in which something looks like a My Number.

    Raises FileRefused naming the line.
    """
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    first = 1
    while block := text.readlines(_BLOCK_CHARACTERS):
        joined = "".join(block)
        found = find_my_number(text=joined)
        if found is not None:
            line = first + joined.count("\n", 0, found)
            sentence = _(
                "%(line)d行目に個人番号（マイナンバー）と思われる12桁の数字があります。消してから取り込んでください。"
            )
            raise FileRefused(reason="my_number", sentence=sentence % {"line": line}, line=line)
        first += len(block)
