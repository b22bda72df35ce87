"""Turn a stream of bytes into parsed rows with their line numbers, a chunk at a time."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import IO, Any, Final, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.exchange.rules.layout import Layout
from madoguchi.hooks.contracts.imports import LineProblem, RowParser, RowProblem

CHUNK_ROWS: Final = 5_000
BLOCK_CHARACTERS: Final = 1 << 17
# Private use areas and the two signs that stand for a character somebody could not write.
DOUBTFUL: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd\ufffd〓]")
OPEN_QUOTE: Final = gettext_lazy('引用符（"）の対応が取れていません。この行を直してください。')


@dataclass(slots=True)
class Chunk:
    """Some rows of a file in order: the good ones, the broken ones, and what to look at twice."""

    rows: list[tuple[int, Any]] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    doubts: list[LineProblem] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Count the rows read, good or not."""
        return len(self.rows) + len(self.problems)


class Report(Protocol):
    """Looks at every line of a file in passing."""

    def note(self, block: Sequence[str], *, first: int) -> None:
        """Look at some lines, of which the first has this number."""
        ...


@dataclass(slots=True)
class Shape:
    """What a pass over a file tells of the file itself."""

    wrong_width: int = 0
    is_cut: bool = False
    announced: int | None = None
    has_trailer: bool | None = None


class RowSource:
    """The rows of one file, read once from the start to the end."""

    def __init__(
        self,
        *,
        stream: IO[bytes],
        encoding: str,
        layout: Layout,
        parse: RowParser,
        report: Report | None = None,
    ) -> None:
        self.shape = Shape()
        self._report = report
        self._ends_open = False
        self._broken_line = 0
        self._doubts: list[LineProblem] = []
        self._reader = csv.reader(self._lines(stream, encoding), delimiter=layout.delimiter, strict=True)
        self._layout = layout
        self._parse = parse
        self._pick = _picker(layout)

    def chunks(self) -> Iterator[Chunk]:
        """Parse chunk by chunk; the heading is not a row."""
        next(self._reader, None)
        while True:
            chunk = Chunk()
            is_over = self._fill(chunk)
            chunk.doubts, self._doubts = self._doubts, []
            if chunk.size:
                yield chunk
            if is_over:
                return

    def _fill(self, chunk: Chunk) -> bool:
        reader, parse, pick, width = self._reader, self._parse, self._pick, self._layout.width
        rows, problems = chunk.rows, chunk.problems
        while len(rows) + len(problems) < CHUNK_ROWS:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                self.shape.is_cut = self._ends_open and self._broken_line >= line - 1 > 1
                return True
            except csv.Error:
                self._broken_line = reader.line_num
                problems.append(LineProblem(line, "", str(OPEN_QUOTE)))
                continue
            if len(cells) == width:
                row = parse(pick(cells))
                if type(row) is RowProblem:
                    problems.append(LineProblem(line, row.column, row.message))
                else:
                    rows.append((line, row))
            elif cells:
                self._broken_line = reader.line_num
                self.shape.wrong_width += 1
                problems.append(wrong_width(line=line, found=len(cells), wanted=width))
        return False

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
            yield from block


def _picker(layout: Layout) -> Callable[[list[str]], Sequence[str]]:
    if layout.positions == tuple(range(layout.width)):
        return lambda cells: cells
    if len(layout.positions) == 1:
        return lambda cells: [cells[place] if place >= 0 else "" for place in layout.positions]
    if -1 not in layout.positions:
        return itemgetter(*layout.positions)
    # One empty cell behind the others stands for every column that this file has not.
    pick = itemgetter(*(place if place >= 0 else layout.width for place in layout.positions))
    return lambda cells: pick([*cells, ""])


def wrong_width(*, line: int, found: int, wanted: int) -> LineProblem:
    """Say that a row has too few or too many cells."""
    if found > wanted:
        sentence = _(
            "列の数が合いません（%(wanted)d列のところ%(found)d列）。余分な区切り文字がないか確かめてください。"
        )
    else:
        sentence = _(
            "列の数が合いません（%(wanted)d列のところ%(found)d列）。行が途中で切れていないか確かめてください。"
        )
    return LineProblem(line, "", sentence % {"wanted": wanted, "found": found})


def doubts_in(*, block: Sequence[str], first: int) -> list[LineProblem]:
    """List the lines with characters that somebody could not write."""
    sentence = _(
        "外字または置き換えられた文字（%(sign)s）があります。取り込んだあと、氏名・住所を確かめてください。"
    )
    return [
        LineProblem(line, "", sentence % {"sign": f"U+{ord(found.group()):04X}"})
        for line, text in enumerate(block, first)
        if (found := DOUBTFUL.search(text))
    ]
