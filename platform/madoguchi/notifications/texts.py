"""The little language of message texts: a name in braces is replaced, nothing else happens."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BRACES = re.compile(r"\{([^{}\n]*)\}")
STRAY = re.compile(r"[{}｛｝]")

SUBJECT_LIMIT = 60
BODY_LIMIT = 5000


@dataclass(frozen=True)
class Problem:
    """Something in a text that stands in the way, and its line."""

    reason: str
    line: int
    name: str = ""


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in the place of their names; an unknown name stays as it is written."""
    return BRACES.sub(lambda match: values.get(match[1].strip(), match[0]), text)


def names_in(text: str) -> list[str]:
    """List the names that stand in braces."""
    return [match[1].strip() for match in BRACES.finditer(text)]


def problems(
    text: str, *, allowed: Iterable[str], required: Iterable[str] = (), forbidden: Iterable[str] = ()
) -> list[Problem]:
    """List the unknown and forbidden names, stray braces and missing required names of a text."""
    known, kept_out = set(allowed), set(forbidden)
    found = [
        problem
        for number, line in enumerate(text.splitlines() or [""], start=1)
        for problem in line_problems(line, number, known, kept_out)
    ]
    present = set(names_in(text))
    found += [Problem("missing", 0, name) for name in required if name not in present]
    return found


def line_problems(line: str, number: int, known: set[str], kept_out: set[str]) -> list[Problem]:
    """List what is wrong in one line."""
    names = names_in(line)
    found = [Problem("forbidden", number, name) for name in names if name in kept_out]
    found += [Problem("unknown", number, name) for name in names if name not in known | kept_out]
    if STRAY.search(BRACES.sub("", line)):
        found.append(Problem("stray", number))
    return found
