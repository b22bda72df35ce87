"""How entries become one number that nobody can keep while changing them; pure.

leaf = SHA-256(0x00 | entry), node = SHA-256(0x01 | left | right), an odd one moves up unchanged
(RFC 6962); a seal hashes its predecessor together with the root. The page with which a city
verifies its own export says the same in JavaScript.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

FORMAT = "madoguchi-audit-1"
LEAF = b"\x00"
NODE = b"\x01"
GENESIS = "0" * 64
# The order is part of the format: it is how the text of an entry is written.
FIELDS = (
    *("id", "at", "actor_kind", "actor_id", "actor_name", "action", "object_type"),
    *("object_ids", "details", "request_id", "address"),
)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class SealContent:
    """What one seal promises about the entries it covers."""

    number: int
    sealed_at: datetime
    count: int
    runs: tuple[tuple[int, int], ...]
    root: str
    previous: str

    def digest(self) -> str:
        """Hash the seal together with its predecessor."""
        runs = ",".join(f"{first}-{last}" for first, last in self.runs)
        sealed_at = moment(self.sealed_at)
        lines = (FORMAT, self.previous, str(self.number), sealed_at, str(self.count), runs, self.root)
        return sha256("\n".join(lines).encode()).hexdigest()


def canonical(entry: Mapping[str, Any]) -> str:
    """Write an entry as the one text that is hashed."""
    values = {name: entry[name] for name in FIELDS}
    values["at"] = moment(values["at"])
    values["object_ids"] = list(values["object_ids"])
    values["address"] = None if values["address"] is None else str(values["address"])
    return _encode(values)


def moment(at: datetime) -> str:
    """Write a moment in UTC to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def merkle_root(texts: Sequence[str]) -> str:
    """Hash many texts into one root."""
    level = [sha256(LEAF + text.encode()).digest() for text in texts]
    if not level:
        return sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = [
            sha256(NODE + level[place] + level[place + 1]).digest() for place in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


def runs_of(ids: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Write ascending ids as runs of neighbours, both ends included."""
    runs: list[tuple[int, int]] = []
    for number in ids:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)


def uncovered(ids: Sequence[int], runs: Sequence[tuple[int, int]]) -> list[int]:
    """List the ids that lie in none of the runs, both ascending."""
    found, place = [], 0
    for number in ids:
        while place < len(runs) and runs[place][1] < number:
            place += 1
        if place == len(runs) or number < runs[place][0]:
            found.append(number)
    return found
