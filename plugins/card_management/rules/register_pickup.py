"""When a file may be picked up, whether one is missing, and when a failed attempt is repeated."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

MARKER, STABLE = "marker", "stable"
NEVER, DAILY, WORKDAYS = "never", "daily", "workdays"
LOOKED_BACK_DAYS: Final = 7
_TOKENS: Final = re.compile(
    r"(?P<day>\{日付\}|\{date\})|(?P<number>\{連番\}|\{number\})|(?P<any>\*)|(?P<one>\?)"
)
_REGEX: Final = {
    "day": r"(?P<day>\d{8})",
    "number": r"(?P<number>\d{1,9})",
    "any": r"[^/\\]*",
    "one": r"[^/\\]",
}
_SATURDAY: Final = 5


Seen = tuple[int, str]
"""Size and time of a file as a look saw them."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the name of a file tells."""

    for_day: date | None = None
    sequence: int | None = None


def read_name(*, pattern: str, name: str) -> Named | None:
    """Read a name by the city's rule: {日付} for eight digits, {連番} for a number, * for anything."""
    found = re.fullmatch(_pattern(pattern), name)
    if found is None:
        return None
    parts = found.groupdict()
    day = None
    if parts.get("day"):
        try:
            day = datetime.strptime(parts["day"], "%Y%m%d").date()  # noqa: DTZ007
        except ValueError:
            return None
    return Named(for_day=day, sequence=int(parts["number"]) if parts.get("number") else None)


def is_good_pattern(pattern: str) -> bool:
    """Tell whether a rule names files: day and number once at most, and no folders."""
    kinds = [str(token.lastgroup) for token in _TOKENS.finditer(pattern)]
    rest = _TOKENS.sub("", pattern)
    is_once = all(kinds.count(kind) <= 1 for kind in ("day", "number"))
    return bool(pattern.strip()) and is_once and not re.search(r"[/\\{}]", rest)


def counts_files(pattern: str) -> bool:
    """Tell whether a rule says where the number of a file stands."""
    return any(token.lastgroup == "number" for token in _TOKENS.finditer(pattern))


def _pattern(pattern: str) -> str:
    parts, last = [], 0
    for token in _TOKENS.finditer(pattern):
        parts += [re.escape(pattern[last : token.start()]), _REGEX[str(token.lastgroup)]]
        last = token.end()
    return "".join([*parts, re.escape(pattern[last:])])


def is_ready(
    *, name: str, rule: str, marker: str, now: Mapping[str, Seen], before: Mapping[str, Seen]
) -> bool:
    """Tell whether a file is complete: its marker lies beside it, or it rests since the last look."""
    if rule == MARKER:
        return f"{name}{marker}" in now
    return before.get(name) == now.get(name)


def sequence_problem(*, number: int | None, last: int | None) -> str:
    """Name what is wrong with a number: missing, ``gap`` or ``old``; empty when it follows the last."""
    if number is None:
        return "no_number"
    if last is None or number == last + 1:
        return ""
    return "gap" if number > last + 1 else "old"


def missing_days(
    *, expected: str, by: time | None, now: datetime, taken: Iterable[date], since: date
) -> Sequence[date]:
    """List the days of the last week whose file should have come and has not."""
    if expected == NEVER:
        return []
    came = set(taken)
    today = now.date()
    days = [today - timedelta(days=back) for back in range(LOOKED_BACK_DAYS, -1, -1)]
    due = [day for day in days if day >= since and not (expected == WORKDAYS and day.weekday() >= _SATURDAY)]
    return [day for day in due if day not in came and (day < today or (by is not None and now.time() >= by))]


def next_look(*, failures: int, every: timedelta, now: datetime) -> datetime:
    """Tell when to look again: after failures ever later, at most four hours on."""
    wait = every if not failures else min(every * 2 ** min(failures - 1, 10), timedelta(hours=4))
    return now + wait
