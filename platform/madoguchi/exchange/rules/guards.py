"""When an import stops before anything is written: empty, half, of another layout, or changing too much."""

from dataclasses import dataclass, field
from typing import Any, Final

FEWEST: Final = 20
"""Below this many rows a share says nothing."""
BROKEN_PERCENT: Final = 50
FEWEST_BROKEN: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a look at a whole file found; ``gone`` and ``known`` only where a file holds everybody."""

    rows: int
    broken: int = 0
    wrong_width: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    known: int = 0
    announced: int | None = None
    has_trailer: bool | None = None
    """None where the files of this kind have none."""
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of what is there one file may change, in percent; 0 for no limit."""

    most_changed: int = 0
    most_gone: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing of a file is taken in; ``may_pass`` where somebody responsible may say that it is right."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    may_pass: bool = False


def judge(*, counts: Counts, limits: Limits) -> tuple[Stop, ...]:
    """List every reason to stop; none means that the file may be taken in."""
    return (*_on_the_file(counts), *_on_the_changes(counts, limits))


def _on_the_file(counts: Counts) -> list[Stop]:
    if not counts.rows:
        return [Stop("no_rows")]
    stops = []
    if counts.has_trailer is False:
        stops.append(Stop("no_trailer", {"rows": counts.rows}))
    if counts.announced is not None and counts.announced != counts.rows:
        stops.append(Stop("announced", {"rows": counts.rows, "announced": counts.announced}))
    if counts.is_cut:
        stops.append(Stop("cut", {"rows": counts.rows}))
    if _is_over(counts.wrong_width, counts.rows):
        stops.append(Stop("layout", {"rows": counts.rows, "wrong": counts.wrong_width}))
    elif _is_over(counts.broken, counts.rows):
        stops.append(Stop("mostly_broken", {"rows": counts.rows, "wrong": counts.broken}))
    return stops


def _on_the_changes(counts: Counts, limits: Limits) -> list[Stop]:
    stops = []
    held = counts.changed + counts.same
    if (
        limits.most_changed
        and counts.changed >= FEWEST
        and _exceeds(counts.changed, held, limits.most_changed)
    ):
        values = {"changed": counts.changed, "held": held, "limit": limits.most_changed}
        stops.append(Stop("mass_change", values, may_pass=True))
    if limits.most_gone and counts.gone >= FEWEST and _exceeds(counts.gone, counts.known, limits.most_gone):
        values = {"gone": counts.gone, "known": counts.known, "limit": limits.most_gone}
        stops.append(Stop("mass_removal", values, may_pass=True))
    return stops


def _is_over(wrong: int, rows: int) -> bool:
    return wrong >= FEWEST_BROKEN and wrong * 100 > rows * BROKEN_PERCENT


def _exceeds(part: int, whole: int, percent: int) -> bool:
    return part * 100 > whole * percent
