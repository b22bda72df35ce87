"""One pass over a stored file: compare its rows or write them, counting as it goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from madoguchi import clock
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.rules.layout import Layout
from madoguchi.exchange.services import pieces
from madoguchi.exchange.services.inspection import find_layout
from madoguchi.exchange.services.reading import RowSource
from madoguchi.hooks.contracts.imports import Comparison, LineProblem
from madoguchi.hooks.values import ImportFormat

SHOWN_PROBLEMS: Final = 500
Tell = Callable[[int, int], None]
Act = Callable[[Sequence[tuple[int, Any]]], Comparison]


@dataclass(slots=True)
class Tally:
    """What a pass over a file counted; long lists of problems are cut, never their numbers."""

    counted: Comparison = field(default_factory=Comparison)
    broken: int = 0
    doubtful: int = 0
    rows: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)

    def note(self, problems: Sequence[LineProblem], *, kind: str) -> None:
        """Keep problems for the page as far as there is room."""
        room = max(0, SHOWN_PROBLEMS - len(self.problems))
        self.problems += [
            {"line": each.line, "column": each.column, "message": each.message, "kind": kind}
            for each in problems[:room]
        ]


def run(*, source: RowSource, act: Act, tell: Tell, expected: int) -> Tally:
    """Send every chunk of a file through one action."""
    tally = Tally()
    for chunk in source.chunks():
        compared = act(chunk.rows)
        broken = sorted([*chunk.problems, *compared.problems], key=lambda each: each.line)
        tally.note(broken, kind="broken")
        tally.note(chunk.doubts, kind="doubtful")
        tally.broken += len(broken)
        tally.doubtful += len(chunk.doubts)
        tally.rows += chunk.size
        compared.problems = []
        tally.counted.add(compared)
        tell(tally.rows, max(expected, tally.rows))
    tally.problems.sort(key=lambda each: (each["kind"] != "broken", each["line"]))
    return tally


def source_of(*, job: ImportJob, layout_of: ImportFormat, now: datetime) -> RowSource:
    """Open a stored file for one pass."""
    return RowSource(
        stream=pieces.open_stream(import_id=job.id),
        encoding=job.encoding,
        layout=stored_layout(job=job, layout_of=layout_of),
        parse=layout_of.parser(today=clock.local(now).date()),
    )


def stored_layout(*, job: ImportJob, layout_of: ImportFormat) -> Layout:
    """Read the heading of a stored file again."""
    heading = pieces.open_stream(import_id=job.id).readline()
    optional = layout_of.may_have() if layout_of.may_have else ()
    return find_layout(content=heading, encoding=job.encoding, columns=layout_of.columns, optional=optional)
