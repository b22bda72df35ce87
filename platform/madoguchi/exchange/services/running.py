"""One pass over a stored file: compare its rows or write them, counting as it goes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from madoguchi import clock
from madoguchi.exchange.formats import Chosen
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.rules.layout import Layout
from madoguchi.exchange.rules.profiles import ProfileLayout
from madoguchi.exchange.services import pieces
from madoguchi.exchange.services.inspection import CHECKED_AT_ONCE_BYTES, find_layout
from madoguchi.exchange.services.profiled import AT_ONCE, PATIENCE, ProfiledSource
from madoguchi.exchange.services.reading import Chunk, Report, RowSource, Shape
from madoguchi.hooks.contracts.imports import Comparison, LineProblem
from madoguchi.hooks.values import ImportFormat

SHOWN_PROBLEMS: Final = 500
Tell = Callable[[int, int], None]
Act = Callable[[Sequence[tuple[int, Any]]], Comparison]


class Source(Protocol):
    """A file that gives its rows chunk by chunk, and tells afterwards what it was like."""

    shape: Shape

    def chunks(self) -> Iterator[Chunk]:
        """Give the rows chunk by chunk."""
        ...


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


def run(*, source: Source, act: Act, tell: Tell, expected: int) -> Tally:
    """Send every chunk of a file through one action."""
    tally = Tally()
    for chunk in source.chunks():
        compared = act(chunk.rows)
        broken = sorted([*chunk.problems, *compared.problems], key=lambda each: each.line)
        tally.note(broken, kind="broken")
        doubts = [*chunk.doubts, *compared.doubts]
        tally.note(doubts, kind="doubtful")
        tally.broken += len(broken)
        tally.doubtful += len(doubts)
        tally.rows += chunk.size
        compared.problems, compared.doubts = [], []
        tally.counted.add(compared)
        tell(tally.rows, max(expected, tally.rows))
    tally.problems.sort(key=lambda each: (each["kind"] != "broken", each["line"]))
    return tally


def finish(*, tally: Tally, writer: Any, is_applying: bool) -> None:
    """Let a writer of files that hold everybody count, or write, who is missing from one."""
    if hasattr(writer, "finish"):
        tally.counted.add(writer.finish(is_applying=is_applying))


def chosen_of(*, job: ImportJob, wanted: ImportFormat) -> Chosen:
    """Name the format of a stored file with the version of the profile by which it came in."""
    return Chosen(wanted, job.profile_version)


def source_of(
    *, job: ImportJob, layout_of: ImportFormat, now: datetime, report: Report | None = None
) -> RowSource | ProfiledSource:
    """Open a stored file for one pass."""
    parse = layout_of.parser(today=clock.local(now).date())
    stream = pieces.open_stream(import_id=job.id)
    chosen = chosen_of(job=job, wanted=layout_of)
    if chosen.layout is not None:
        return ProfiledSource(
            stream=stream,
            encoding=job.encoding,
            layout=chosen.layout,
            columns=chosen.columns,
            parse=parse,
            report=report,
        ).within(AT_ONCE if job.size <= CHECKED_AT_ONCE_BYTES else PATIENCE)
    layout = stored_layout(job=job, layout_of=layout_of)
    return RowSource(stream=stream, encoding=job.encoding, layout=layout, parse=parse, report=report)


def profile_layout_of(*, job: ImportJob) -> ProfileLayout | None:
    """Find how the city's own file is written; None for a file with the heads of its format."""
    return ProfileLayout.from_json(job.profile_version.layout) if job.profile_version else None


def stored_layout(*, job: ImportJob, layout_of: ImportFormat) -> Layout:
    """Read the heading of a stored file again."""
    heading = pieces.open_stream(import_id=job.id).readline()
    optional = layout_of.may_have() if layout_of.may_have else ()
    return find_layout(content=heading, encoding=job.encoding, columns=layout_of.columns, optional=optional)
