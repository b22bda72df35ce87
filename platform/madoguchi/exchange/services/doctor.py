"""The import doctor: what is wrong with a file and how to mend it, in the words of a colleague."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.exchange.errors import FileRefused
from madoguchi.exchange.formats import Chosen
from madoguchi.exchange.rules.ailments import Ailment, examine
from madoguchi.exchange.rules.encodings import Undecodable, recognise
from madoguchi.exchange.rules.guessing import guess_shape
from madoguchi.exchange.rules.profiles import ProfileLayout
from madoguchi.exchange.services.inspection import LARGEST_BYTES, inspect
from madoguchi.exchange.services.profiled import AT_ONCE, ProfiledSource
from madoguchi.exchange.services.profiled_inspection import inspect_profiled
from madoguchi.exchange.services.unread_rows import Unread, ends_cut, unread_rows

LOOKED_AT: Final = 5_000
_EXCEL: Final = gettext_lazy(
    "Excelで開いて保存し直したファイルは使わず、元のシステムから書き出したままのファイルを選んでください。"
    "どうしてもExcelで開くときは「データ」→「テキストまたはCSVから」で、すべての列を「文字列」にします。"
)
_EXPORT: Final = gettext_lazy("元のシステムからもう一度書き出し、開かずにそのまま選んでください。")
_LEFT_OUT: Final = gettext_lazy(
    "この行は取り込まれません（ほかの行は取り込めます）。元のシステムで直して、もう一度取り込んでください。"
)
# What it is, and how it is mended.
WORDS: Final = {
    "garbled": (gettext_lazy("文字化けした文字があります"), _EXPORT),
    "shifted": (
        gettext_lazy("値が隣の列にずれています"),
        gettext_lazy(
            "ずれた行に余分な区切り文字（カンマ）がないか確かめ、その行を直すか書き出し直してください。"
        ),
    ),
    "excel_error": (gettext_lazy("「%(column)s」にExcelのエラー（#N/Aや####）があります"), _EXCEL),
    "excel_power": (gettext_lazy("「%(column)s」の番号が指数（1.23E+11）になっています"), _EXCEL),
    "excel_zeros": (gettext_lazy("「%(column)s」の先頭の0が消えています"), _EXCEL),
    "excel_serial": (gettext_lazy("「%(column)s」の日付が5桁の通し番号になっています"), _EXCEL),
    "excel_dot_zero": (gettext_lazy("「%(column)s」の番号に「.0」が付いています"), _EXCEL),
    "short_year": (
        gettext_lazy("「%(column)s」の年が2桁で、西暦か和暦か決められません"),
        gettext_lazy("年を4桁か元号付き（昭和63年、S63）で書き出してください。"),
    ),
    "day_first": (
        gettext_lazy("「%(column)s」の日付が「月/日/年」の順です"),
        gettext_lazy("「年/月/日」の順で書き出してください。"),
    ),
    "other_values": (
        gettext_lazy("「%(column)s」の列に、ほかの種類の値（%(kind)s）が入っています"),
        gettext_lazy("列の対応を確かめてください。取込定義を使うときは、定義の列の割り当てを直します。"),
    ),
    "total_row": (
        gettext_lazy("合計などの行が混ざっています"),
        gettext_lazy("その行を消すか、取込定義の「終わりの行」に書いてください。"),
    ),
    "heading_again": (
        gettext_lazy("途中にもう一度見出しの行があります"),
        gettext_lazy("複数のファイルをつなげた場合は、2つ目からの見出しの行を消してください。"),
    ),
    "broken_lines": (
        gettext_lazy("1件が2行に分かれています（項目の中の改行）"),
        gettext_lazy('項目を引用符（"）で囲む設定で書き出すか、改行を消してください。'),
    ),
    "same_rows": (
        gettext_lazy("まったく同じ行が重なっています"),
        gettext_lazy("重なった行は1件として取り込みます。つなげたファイルでないか確かめてください。"),
    ),
    "no_rows": (gettext_lazy("見出しだけで、データの行が1行もありません"), _EXPORT),
    "old_newlines": (
        gettext_lazy("改行が古い形式（CRだけ）です"),
        gettext_lazy("改行を「CRLF」にして書き出し直してください。"),
    ),
    "cut": (gettext_lazy("最後の行が途中で切れています（半分のファイル）"), _EXPORT),
    "heading_late": (
        gettext_lazy("見出しが%(line)d行目にあります"),
        gettext_lazy("見出しより上の行を消すか、取込定義で見出しの行数を%(line)dにしてください。"),
    ),
    "no_heading": (
        gettext_lazy("1行目が見出しではありません"),
        gettext_lazy("見出しのあるファイルで書き出すか、取込定義で「見出しなし」にしてください。"),
    ),
    "delimiter": (
        gettext_lazy("区切り文字がカンマではありません（%(found)s）"),
        gettext_lazy("カンマ区切りで書き出すか、取込定義で区切り文字を選んでください。"),
    ),
}
KINDS: Final = {
    "date": gettext_lazy("日付"),
    "postcode": gettext_lazy("郵便番号"),
    "kana": gettext_lazy("カナ"),
    "address": gettext_lazy("住所"),
    "number": gettext_lazy("番号"),
    "name": gettext_lazy("氏名"),
}
DELIMITERS: Final = {
    "\t": gettext_lazy("タブ"),
    ";": gettext_lazy("セミコロン"),
    "|": gettext_lazy("縦棒"),
    ",": gettext_lazy("カンマ"),
}
HARMLESS: Final = frozenset({"same_rows"})


@dataclass(frozen=True, slots=True)
class Advice:
    """Something wrong with a file, as it is told."""

    what: str
    cure: str
    count: int = 0
    lines: tuple[int, ...] = ()
    is_harmless: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the doctor found; ``refusal`` where the file cannot be read at all."""

    encoding: str
    rows: int
    refusal: str = ""
    advice: tuple[Advice, ...] = ()

    @property
    def is_healthy(self) -> bool:
        """Tell whether nothing stands against taking the file in."""
        return not self.refusal and all(each.is_harmless for each in self.advice)


def diagnose(*, content: bytes, chosen: Chosen, today: date) -> Diagnosis:
    """Look at a file without keeping anything of it."""
    refusal = _refusal(content, chosen)
    found = recognise(content=content)
    if isinstance(found, Undecodable):
        return Diagnosis("", 0, refusal)
    layout = chosen.layout
    encoding = found if layout is None or layout.encoding == "auto" else layout.encoding
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return Diagnosis(encoding, 0, refusal)
    ailments, count = _profiled(content, encoding, chosen) if layout else _plain(text, chosen)
    if not count and not refusal:
        ailments = [*ailments, Ailment("no_rows")]
    if refusal:
        return Diagnosis(encoding, count, refusal, tuple(_told(each) for each in ailments))
    is_cut = any(each.code == "cut" for each in ailments)
    if not is_cut and ends_cut(content=content, encoding=encoding, chosen=chosen):
        ailments, is_cut = [Ailment("cut"), *ailments], True
    told = tuple(_told(each) for each in ailments)
    named = {each.column for each in ailments if each.lines}
    unread = unread_rows(content=content, encoding=encoding, chosen=chosen, today=today, told=named)
    told += _unread(unread, told, cure=str(_EXPORT if is_cut else _LEFT_OUT))
    return Diagnosis(encoding, count, refusal, told)


def _unread(found: Sequence[Unread], told: Sequence[Advice], *, cure: str) -> tuple[Advice, ...]:
    """Tell what an import would say of rows, but for those that are explained already."""
    explained = {line for each in told if not each.is_harmless for line in each.lines}
    return tuple(
        Advice(
            _("「%(column)s」：%(message)s") % {"column": each.column, "message": each.message}
            if each.column
            else each.message,
            cure,
            each.count,
            each.lines,
        )
        for each in found
        if not explained.issuperset(each.lines)
    )


def _refusal(content: bytes, chosen: Chosen) -> str:
    wanted = chosen.format
    try:
        if chosen.layout is not None:
            inspect_profiled(
                content=content, layout=chosen.layout, columns=chosen.columns, largest=LARGEST_BYTES
            )
        else:
            optional = wanted.may_have() if wanted.may_have else ()
            inspect(content=content, columns=wanted.columns, optional=optional)
    except FileRefused as refusal:
        return str(refusal)
    return ""


def _plain(text: str, chosen: Chosen) -> tuple[list[Ailment], int]:
    lines = text.splitlines()
    guess = guess_shape(lines=lines, encoding="utf-8", columns=chosen.columns)
    if guess.shape != "delimited":
        return [], len(lines)
    ailments = []
    if "\r" in text and "\n" not in text:
        ailments.append(Ailment("old_newlines"))
    if guess.delimiter not in (",", "\t"):
        named = {"found": str(DELIMITERS[guess.delimiter])}
        ailments.append(Ailment("delimiter", values=named))
    if guess.heading_rows > 1:
        ailments.append(Ailment("heading_late", values={"line": guess.heading_rows}))
    if not guess.heading_rows and len(lines) > 1:
        ailments.append(Ailment("no_heading"))
    rows = _rows(text, guess.delimiter)
    heading = rows[guess.heading_rows - 1][1] if guess.heading_rows else list(chosen.format.columns)
    body = rows[guess.heading_rows :]
    ailments += examine(heads=[cell.strip() for cell in heading], rows=body)
    if body and not text.endswith(("\n", "\r")) and len(body[-1][1]) < len(heading):
        ailments.append(Ailment("cut", lines=(body[-1][0],)))
    return ailments, len(body)


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    while len(rows) < LOOKED_AT:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            continue
        if cells is None:
            break
        if cells:
            rows.append((line, cells))
    return rows


def _profiled(content: bytes, encoding: str, chosen: Chosen) -> tuple[list[Ailment], int]:
    layout = chosen.layout
    assert layout is not None
    source = ProfiledSource(
        stream=io.BytesIO(content),
        encoding=encoding,
        layout=_as_written(layout),
        columns=[each.column for each in layout.mapped],
        parse=list,
    ).within(AT_ONCE)
    try:
        chunks = list(islice(source.chunks(), 1))
    except FileRefused:
        # The refusal says it already.
        return [], 0
    rows = chunks[0].rows if chunks else []
    ailments = list(examine(heads=[each.column for each in layout.mapped], rows=rows))
    if source.shape.is_cut:
        ailments.append(Ailment("cut"))
    return ailments, sum(chunk.size for chunk in chunks)


def _as_written(layout: ProfileLayout) -> ProfileLayout:
    # Codes and dates are looked at as they stand in the file.
    return replace(layout, sources=tuple(replace(each, codes={}, default="") for each in layout.sources))


def _told(ailment: Ailment) -> Advice:
    what, cure = WORDS[ailment.code]
    values: dict[str, Any] = {"column": ailment.column, **ailment.values}
    if "kind" in values:
        values["kind"] = str(KINDS[values["kind"]])
    return Advice(
        str(what) % values,
        str(cure) % values,
        ailment.count if ailment.lines else 0,
        ailment.lines,
        ailment.code in HARMLESS,
    )


def lines_told(lines: Sequence[int]) -> str:
    """Write the numbers of lines as they are told: 3、8、12行目."""
    return _("%(lines)s行目") % {"lines": "、".join(map(str, lines))}
