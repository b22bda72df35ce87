"""Read a file as a profile of the city says: with any delimiter, of fixed width, or line by line."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, Final, Self

from django.utils.translation import gettext as _

from madoguchi.exchange.errors import FileRefused
from madoguchi.exchange.rules.conversion import arrange, fixed_splitter
from madoguchi.exchange.rules.layout import plain_name
from madoguchi.exchange.rules.patterns import Patience, Pattern, SlowPattern
from madoguchi.exchange.rules.profiles import ProfileLayout, bounds_of, compile_pattern, compile_trailer
from madoguchi.exchange.services.reading import (
    BLOCK_CHARACTERS,
    CHUNK_ROWS,
    DOUBTFUL,
    OPEN_QUOTE,
    Chunk,
    Report,
    Shape,
    doubts_in,
    wrong_width,
)
from madoguchi.hooks.contracts.imports import LineProblem, RowParser, RowProblem

LONGEST_LINE: Final = 4_000
# Seconds that all lines of a file may take to be read by patterns: a million good ones take a few.
PATIENCE: Final = 120.0
# The same where somebody waits for the page.
AT_ONCE: Final = 5.0
Cells = list[str] | LineProblem


class ProfiledSource:
    """The rows of one file in the words of a format, read once from the start to the end."""

    def __init__(
        self,
        *,
        stream: IO[bytes],
        encoding: str,
        layout: ProfileLayout,
        columns: Sequence[str],
        parse: RowParser,
        report: Report | None = None,
    ) -> None:
        self.shape = Shape(has_trailer=False if layout.trailer else None)
        self._patience = Patience(PATIENCE)
        self._layout = layout
        self._encoding = encoding
        self._parse = parse
        self._report = report
        self._trailer = compile_trailer(layout.trailer) if layout.trailer else None
        self._put = arrange(layout=layout, columns=columns)
        self._doubts: list[LineProblem] = []
        self._ends_open = False
        self._text = self._lines(stream, encoding)

    def within(self, seconds: float) -> Self:
        """Let patterns take no longer than this in all."""
        self._patience = Patience(seconds)
        return self

    def chunks(self) -> Iterator[Chunk]:
        """Parse chunk by chunk; headings and the closing line are not rows."""
        chunk = Chunk()
        last: Cells = []
        for line, cells in self._cells():
            last = cells
            self._add(chunk, line, cells)
            if chunk.size >= CHUNK_ROWS:
                yield self._closed(chunk)
                chunk = Chunk()
        self.shape.is_cut = self._ends_open and (
            self._layout.ends_with_newline or isinstance(last, LineProblem)
        )
        if chunk.size or self._doubts:
            yield self._closed(chunk)

    def mapped_rows(self, count: int) -> Iterator[list[str]]:
        """Give the first rows as the format will see them."""
        for _line, cells in self._cells():
            if count <= 0:
                return
            if isinstance(cells, list):
                count -= 1
                yield self._put(cells)

    def _closed(self, chunk: Chunk) -> Chunk:
        chunk.doubts, self._doubts = self._doubts, []
        return chunk

    def _add(self, chunk: Chunk, line: int, cells: Cells) -> None:
        if isinstance(cells, LineProblem):
            self.shape.wrong_width += 1
            chunk.problems.append(cells)
            return
        row: Any = self._parse(self._put(cells))
        if type(row) is RowProblem:
            chunk.problems.append(LineProblem(line, row.column, row.message))
        else:
            chunk.rows.append((line, row))

    def _cells(self) -> Iterator[tuple[int, Cells]]:
        if self._layout.shape == "delimited":
            return self._delimited()
        return self._by_line()

    def _delimited(self) -> Iterator[tuple[int, Cells]]:
        layout = self._layout
        reader = csv.reader(self._text, delimiter=layout.delimiter, strict=True)
        heading = [next(reader, []) for _row in range(layout.heading_rows)]
        width = layout.width or (len(heading[-1]) if heading and layout.has_names else 0)
        places = positions(layout=layout, heading=heading[-1] if heading else [])
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error:
                yield line, LineProblem(line, "", str(OPEN_QUOTE))
                continue
            if cells is None:
                return
            if not cells:
                continue
            width = width or len(cells)
            if len(cells) != width:
                yield line, wrong_width(line=line, found=len(cells), wanted=width)
            else:
                yield line, [cells[place] if 0 <= place < width else "" for place in places]

    def _by_line(self) -> Iterator[tuple[int, Cells]]:
        layout = self._layout
        split = self._splitter()
        for line, text in enumerate(self._text, 1):
            plain = text.rstrip("\r\n")
            if line > layout.heading_rows and plain.strip("\x1a "):
                cells = split(plain)
                yield line, LineProblem(line, "", cells) if isinstance(cells, str) else cells

    def _lines(self, stream: IO[bytes], encoding: str) -> Iterator[str]:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        first = 1
        while block := text.readlines(BLOCK_CHARACTERS):
            if DOUBTFUL.search("".join(block)):
                self._doubts += doubts_in(block=block, first=first)
            if self._report is not None:
                self._report.note(block, first=first)
            first += len(block)
            self._ends_open = not block[-1].endswith(("\n", "\r"))
            yield from block if self._trailer is None else self._without_trailer(block)

    def _without_trailer(self, block: Sequence[str]) -> Iterator[str]:
        assert self._trailer is not None
        for text in block:
            found = self._whole(self._trailer, text.strip("\r\n\x1a "))
            if found is None:
                yield text
                continue
            self.shape.has_trailer = True
            digits = found.groupdict().get("count") or ""
            self.shape.announced = int(digits) if digits.isdecimal() else None

    def _whole(self, pattern: Pattern, line: str) -> Any:
        if len(line) > LONGEST_LINE:
            return None
        try:
            return self._patience.fullmatch(pattern, line)
        except SlowPattern as slow:
            sentence = _(
                "取込定義の正規表現に時間がかかりすぎるため、読むのをやめました。"
                "繰り返し（*や+）を減らし、「,以外」のように範囲を狭くしてください。"
            )
            raise FileRefused(reason="slow", sentence=sentence) from slow

    def _splitter(self) -> Callable[[str], list[str] | str]:
        if self._layout.shape == "regex":
            return self._by_pattern()
        return _by_width(self._layout, self._encoding)

    def _by_pattern(self) -> Callable[[str], list[str] | str]:
        pattern = compile_pattern(self._layout.pattern)
        groups = [each.source for each in self._layout.mapped]

        def split(line: str) -> list[str] | str:
            found = self._whole(pattern, line)
            if found is None:
                return str(_("行の形が取込定義と合いません。定義かファイルを確かめてください。"))
            return [(found[group] or "") if group else "" for group in groups]

        return split


def positions(*, layout: ProfileLayout, heading: Sequence[str]) -> list[int]:
    """Find where each mapped column stands; -1 for one that this file lacks or that has only a default."""
    names = [plain_name(name) for name in heading]
    found = []
    for each in layout.mapped:
        if layout.has_names:
            name = plain_name(each.source)
            found.append(names.index(name) if name and name in names else -1)
        else:
            found.append(int(each.source) - 1 if each.source else -1)
    return found


def _by_width(layout: ProfileLayout, encoding: str) -> Callable[[str], list[str] | str]:
    cut = fixed_splitter(layout=layout, encoding=encoding)
    least = max((bounds[1] for each in layout.mapped if (bounds := bounds_of(each.source))), default=0)
    is_bytes = layout.unit == "bytes"
    sentence = _(
        "行の長さが合いません（%(wanted)dのところ%(found)d）。行が途中で切れていないか確かめてください。"
    )

    def split(line: str) -> list[str] | str:
        length = len(line.encode(encoding, "replace")) if is_bytes else len(line)
        if (layout.width and length != layout.width) or (not layout.width and length < least):
            return sentence % {"wanted": layout.width or least, "found": length}
        return cut(line)

    return split
