"""Which requirement is proven by which test: read from the table that is written beside the catalogue."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

TABLE: Final = Path(__file__).parent / "compliance.csv"
STATES: Final[Mapping[str, Any]] = {
    "proven": _("試験で確かめた"),
    "open": _("これから"),
    "assumption": _("前提（自治体に確認）"),
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the catalogue."""

    key: str
    part: str
    words: str
    text: str
    state: str
    tests: tuple[str, ...]

    @property
    def state_label(self) -> str:
        """Say in words how far it is."""
        return str(STATES[self.state])


def rows(*, state: str = "") -> Sequence[Requirement]:
    """List the requirements, all of them or those in one state."""
    return [row for row in _read() if state in ("", row.state)]


def counts() -> Sequence[tuple[str, str, int]]:
    """Count the requirements in each state."""
    found = Counter(row.state for row in _read())
    return [(state, str(label), found[state]) for state, label in STATES.items()]


def _read() -> Sequence[Requirement]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Requirement(
                key=row["key"],
                part=row["part"],
                words=row["words"],
                text=row["text"],
                state=row["state"],
                tests=tuple(row["tests"].split()),
            )
            for row in csv.DictReader(file)
        ]
