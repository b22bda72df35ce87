"""Which rows of a file an import would leave out, told once for each reason."""

import io
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from madoguchi.exchange.errors import FileRefused
from madoguchi.exchange.formats import Chosen
from madoguchi.exchange.services.inspection import find_layout
from madoguchi.exchange.services.profiled import AT_ONCE, ProfiledSource
from madoguchi.exchange.services.reading import Chunk, RowSource
from madoguchi.hooks.contracts.imports import RowParser

MOST_REASONS: Final = 10
MOST_LINES: Final = 10


@dataclass(frozen=True, slots=True)
class Unread:
    """Rows that cannot be read for one reason."""

    column: str
    message: str
    count: int
    lines: tuple[int, ...]


def unread_rows(
    *, content: bytes, encoding: str, chosen: Chosen, today: date, told: Collection[str]
) -> tuple[Unread, ...]:
    """List why rows cannot be read, the most frequent reason first, without the columns that were told."""
    reasons: dict[tuple[str, str], list[int]] = defaultdict(list)
    try:
        for chunk in islice(_chunks(content, encoding, chosen, today), 1):
            for each in chunk.problems:
                reasons[each.column, each.message].append(each.line)
    except FileRefused:
        # The refusal says it already.
        return ()
    ordered = sorted(reasons.items(), key=lambda reason: -len(reason[1]))
    return tuple(
        Unread(column, message, len(lines), tuple(lines[:MOST_LINES]))
        for (column, message), lines in ordered[:MOST_REASONS]
        if column not in told
    )


def ends_cut(*, content: bytes, encoding: str, chosen: Chosen) -> bool:
    """Tell whether an import would stop because the last row of a file is half of one.

    Raises FileRefused.
    """
    if chosen.layout is not None or content.endswith((b"\n", b"\r")):
        return False
    source = _plain_source(content, encoding, chosen, parse=list)
    for _chunk in source.chunks():
        pass
    return source.shape.is_cut


def _chunks(content: bytes, encoding: str, chosen: Chosen, today: date) -> Iterator[Chunk]:
    wanted, stream = chosen.format, io.BytesIO(content)
    parse = wanted.parser(today=today)
    if chosen.layout is not None:
        source = ProfiledSource(
            stream=stream, encoding=encoding, layout=chosen.layout, columns=chosen.columns, parse=parse
        )
        return source.within(AT_ONCE).chunks()
    return _plain_source(content, encoding, chosen, parse=parse).chunks()


def _plain_source(content: bytes, encoding: str, chosen: Chosen, *, parse: RowParser) -> RowSource:
    wanted = chosen.format
    optional = wanted.may_have() if wanted.may_have else ()
    layout = find_layout(content=content, encoding=encoding, columns=wanted.columns, optional=optional)
    return RowSource(stream=io.BytesIO(content), encoding=encoding, layout=layout, parse=parse)
