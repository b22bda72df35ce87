"""A sample of a city's own file: how it seems to be written, and how a layout reads it. Nothing is kept."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from madoguchi.exchange.rules.columns import shown
from madoguchi.exchange.rules.encodings import Undecodable, recognise
from madoguchi.exchange.rules.guessing import Guess, guess_shape, suggest
from madoguchi.exchange.rules.profiles import (
    BadLayout,
    ProfileLayout,
    Source,
    check_layout,
    compile_pattern,
)
from madoguchi.exchange.services.inspection import refuse_size, undecodable
from madoguchi.exchange.services.profiled import ProfiledSource
from madoguchi.hooks.contracts.imports import RowProblem
from madoguchi.hooks.values import ImportFormat

SAMPLE_LINES: Final = 20
LONGEST_SAMPLE: Final = 12_000
SHOWN_ROWS: Final = 3
LONGEST_SHOWN: Final = 24
PATIENCE: Final = 1.0
_OTHERS: Final = ("utf-16", "iso2022_jp", "euc_jp")


@dataclass(frozen=True, slots=True)
class Sample:
    """The first lines of a file, and the encoding in which they were read."""

    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How one row of the sample is read: the cells by column, and what is wrong with them."""

    cells: tuple[str, ...]
    problem: str = ""


def take(*, content: bytes, largest: int) -> Sample:
    """Read the first lines of a file in whatever encoding it is.

    Raises FileRefused.
    """
    refuse_size(content=content, largest=largest)
    encoding = _encoding(content)
    lines = content.decode(encoding, "replace").splitlines(keepends=True)[:SAMPLE_LINES]
    text = "".join(lines).replace("\r\n", "\n").replace("\r", "\n")
    return Sample(text[:LONGEST_SAMPLE], "utf-8" if encoding == "utf-8-sig" else encoding)


def begin(*, sample: Sample, columns: Sequence[str], required: Sequence[str]) -> ProfileLayout:
    """Guess the layout of a sample."""
    guess = guess_shape(lines=sample.text.splitlines(), encoding=sample.encoding, columns=columns)
    names, first = _first_cells(sample.text, guess)
    places = suggest(columns=columns, required=required, names=names, samples=first)
    sources = tuple(
        Source(column=column, source=_named(guess, names, places.get(column))) for column in columns
    )
    return ProfileLayout(
        sources=sources,
        shape=guess.shape,
        encoding="auto" if sample.encoding in ("utf-8", "cp932") else sample.encoding,
        delimiter=guess.delimiter,
        heading_rows=guess.heading_rows,
        has_names=guess.has_names,
        width=guess.width,
    )


def choices_of(
    *, sample: str, layout: ProfileLayout, shortened: Sequence[str] = ()
) -> list[tuple[str, str]] | None:
    """List from what a column can be filled; None where a place is typed."""
    if layout.shape == "fixed":
        return None
    if layout.shape == "regex":
        try:
            return [(name, name) for name in compile_pattern(layout.pattern).groupindex]
        except BadLayout:
            return []
    guess = Guess("delimited", layout.delimiter, layout.heading_rows, layout.has_names)
    names, first = _first_cells(sample, guess)
    cells = shown(names=names, cells=first, shortened=shortened)
    beside = [f"（{_short(cell)}）" if cell else "" for cell in [*cells, *([""] * len(names))]]
    if layout.has_names:
        return [(name, f"{name}{beside[place]}") for place, name in enumerate(names) if name]
    sentence = _("%(number)d列目")
    return [
        (str(place + 1), f"{sentence % {'number': place + 1}}{beside[place]}") for place in range(len(first))
    ]


def read(
    *, sample: str, layout: ProfileLayout, wanted: ImportFormat, columns: Sequence[str], today: date
) -> list[Reading]:
    """Read the first rows of a sample as an import would.

    Raises BadLayout and FileRefused.
    """
    check_layout(layout=layout, required=())
    encoding = _fitting(sample, layout)
    source = ProfiledSource(
        stream=io.BytesIO(sample.encode(encoding, "replace")),
        encoding=encoding,
        layout=layout,
        columns=columns,
        parse=list,
    ).within(PATIENCE)
    parse: Any = wanted.parser(today=today)
    readings = []
    for chunk in source.chunks():
        for _line, cells in chunk.rows[:SHOWN_ROWS]:
            row = parse(cells)
            problem = f"{row.column}：{row.message}" if isinstance(row, RowProblem) else ""
            told = shown(names=columns, cells=cells, shortened=wanted.shortened)
            readings.append(Reading(tuple(told), problem))
        readings += [
            Reading((), _("%(line)d行目：%(why)s") % {"line": each.line, "why": each.message})
            for each in chunk.problems[:SHOWN_ROWS]
        ]
        break
    return readings[: SHOWN_ROWS * 2]


def _encoding(content: bytes) -> str:
    found = recognise(content=content)
    if isinstance(found, str) and found != "cp932":
        return found
    for other in _OTHERS:
        if _is_meant(content, other):
            return other
    if isinstance(found, Undecodable):
        raise undecodable(failure=found)
    return found


def _is_meant(content: bytes, encoding: str) -> bool:
    """Tell whether a file is in an encoding whose bytes mean something else in CP932."""
    if encoding == "utf-16":
        return content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if encoding == "iso2022_jp":
        return b"\x1b$" in content[:4096]
    try:
        text = content.decode(encoding)
        other = content.decode("cp932", "replace")
    except UnicodeDecodeError:
        return False
    return _kana(text) > _kana(other) or "\ufffd" in other


def _kana(text: str) -> int:
    return sum("ぁ" <= sign <= "ヺ" for sign in text)


def _fitting(sample: str, layout: ProfileLayout) -> str:
    if layout.encoding != "auto":
        return layout.encoding
    try:
        sample.encode("cp932")
    except UnicodeEncodeError:
        return "utf-8"
    return "cp932"


def _first_cells(text: str, guess: Guess) -> tuple[list[str], list[str]]:
    if guess.shape != "delimited":
        return [], []
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=guess.delimiter) if row]
    except csv.Error:
        return [], []
    names = rows[guess.heading_rows - 1] if guess.has_names and len(rows) >= guess.heading_rows > 0 else []
    body = rows[guess.heading_rows :]
    first = body[0] if body else []
    return ([name.strip() for name in names] or [""] * len(first)), first


def _named(guess: Guess, names: Sequence[str], place: int | None) -> str:
    if place is None:
        return ""
    return names[place] if guess.has_names else str(place + 1)


def _short(cell: str) -> str:
    plain = cell.strip()
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}…"
