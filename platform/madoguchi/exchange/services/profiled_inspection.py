"""The first look at a file that a profile of the city reads."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from madoguchi.exchange.errors import FileRefused
from madoguchi.exchange.rules.encodings import Undecodable, explain_failure, recognise
from madoguchi.exchange.rules.layout import plain_name
from madoguchi.exchange.rules.profiles import ProfileLayout
from madoguchi.exchange.services.inspection import refuse_my_number, refuse_size, undecodable
from madoguchi.exchange.services.profiled import AT_ONCE, ProfiledSource
from madoguchi.web.intake.my_number import has_valid_check_digit

LOOKED_AT: Final = 200
MY_NUMBER_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file that a profile can read."""

    encoding: str
    content_hash: str


def inspect_profiled(
    *, content: bytes, layout: ProfileLayout, columns: Sequence[str], largest: int
) -> Recognised:
    """Look at a whole file before anything of it is kept.

    Raises FileRefused with what to do.
    """
    refuse_size(content=content, largest=largest)
    encoding = _encoding_of(content, layout)
    refuse_my_number(content=content, encoding=encoding)
    _refuse_other_layout(content, encoding, layout, columns)
    return Recognised(encoding=encoding, content_hash=hashlib.sha256(content).hexdigest())


def _encoding_of(content: bytes, layout: ProfileLayout) -> str:
    found = recognise(content=content)
    if layout.encoding == "auto":
        if isinstance(found, Undecodable):
            raise undecodable(failure=found)
        return found
    wanted = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    try:
        content.decode(wanted)
    except UnicodeDecodeError as failure:
        if not isinstance(found, Undecodable):
            sentence = _(
                "取込定義の文字コードは %(wanted)s ですが、このファイルは %(found)s のようです。"
                "書き出しの設定か取込定義を確かめてください。"
            )
            names = {"wanted": layout.encoding.upper(), "found": found.upper()}
            raise FileRefused(reason="encoding", sentence=sentence % names) from failure
        raise undecodable(failure=explain_failure(content=content, encoding=wanted)) from failure
    return wanted


def _refuse_other_layout(
    content: bytes, encoding: str, layout: ProfileLayout, columns: Sequence[str]
) -> None:
    if layout.shape == "delimited" and layout.has_names:
        _refuse_missing_names(content, encoding, layout)
    source = ProfiledSource(
        stream=io.BytesIO(content),
        encoding=encoding,
        layout=layout,
        columns=columns,
        parse=list,
    ).within(AT_ONCE)
    looked = good = 0
    for chunk in source.chunks():
        good += len(chunk.rows)
        looked += chunk.size
        if layout.shape == "fixed":
            _refuse_numbers_in(chunk.rows)
        elif looked >= LOOKED_AT:
            break
    if looked and not good:
        sentence = _(
            "どの行も取込定義の形と合いません（%(rows)d行を確かめました）。"
            "別の種類のファイルではないか、定義が古くないかを確かめてください。"
        )
        raise FileRefused(reason="layout", sentence=sentence % {"rows": looked})


def _refuse_missing_names(content: bytes, encoding: str, layout: ProfileLayout) -> None:
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    try:
        rows = list(islice(csv.reader(text, delimiter=layout.delimiter), layout.heading_rows))
    except csv.Error:
        rows = []
    names = {plain_name(name) for name in (rows[-1] if rows else [])}
    missing = [each.source for each in layout.mapped if each.source and plain_name(each.source) not in names]
    if missing:
        sentence = _(
            "見出しに、取込定義の列がありません：%(names)s。別の種類のファイルか、書き出し元の様式が変わった"
            "可能性があります。ファイルか取込定義を確かめてください。"
        )
        listed = "、".join(missing[:12])
        raise FileRefused(reason="layout", sentence=sentence % {"names": listed}, missing=missing)


def _refuse_numbers_in(rows: Sequence[tuple[int, list[str]]]) -> None:
    # In a line of fixed width digits of neighbours hide such a number from a look at the line.
    for line, cells in rows:
        for cell in cells:
            is_long = len(cell) == MY_NUMBER_DIGITS and cell.isascii() and cell.isdecimal()
            if is_long and has_valid_check_digit(digits=cell):
                sentence = _(
                    "%(line)d行目に個人番号（マイナンバー）と思われる12桁の数字があります。消してから取り込んでください。"
                )
                raise FileRefused(reason="my_number", sentence=sentence % {"line": line}, line=line)
