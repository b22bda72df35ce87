"""Patterns that a city writes itself: whatever they say, reading with them comes to an end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import regex  # type: ignore[import-untyped]

# What is left when nothing is: a limit of nought would mean none.
_LEAST: Final = 0.001
# A repeated group that is repeated itself: told at once, before any text is read with it.
_NESTED_REPEAT: Final = re.compile(r"\((?:[^()\\]|\\.)*[+*](?:[^()\\]|\\.)*\)(?:[+*]|\{\d+,)")


class SlowPattern(Exception):
    """A pattern took longer than anybody waits for it."""


class Unreadable(ValueError):
    """A pattern cannot be used: ``slow`` or ``regex``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Patience:
    """How many seconds reading with patterns may take in all; each reading uses some of them up."""

    left: float

    def fullmatch(self, pattern: "Pattern", text: str) -> Any:
        """Read a whole text.

        Raises SlowPattern.
        """
        return self._run(pattern.compiled.fullmatch, text, 0)

    def match(self, pattern: "Pattern", text: str, start: int = 0) -> Any:
        """Read a text from a place on.

        Raises SlowPattern.
        """
        return self._run(pattern.compiled.match, text, start)

    def _run(self, read: Any, text: str, start: int) -> Any:
        if self.left <= _LEAST:
            raise SlowPattern
        begun = monotonic()
        try:
            return read(text, start, timeout=self.left)
        except TimeoutError as late:
            raise SlowPattern from late
        finally:
            self.left -= monotonic() - begun


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was found fit for use."""

    compiled: Any

    @property
    def groupindex(self) -> Mapping[str, int]:
        """Give the names of its groups."""
        names: Mapping[str, int] = self.compiled.groupindex
        return names


def compiled(pattern: str, /) -> Pattern:
    """Prepare a pattern.

    Raises Unreadable.
    """
    if _NESTED_REPEAT.search(pattern):
        raise Unreadable("slow")
    try:
        # Only what the usual patterns know, read by a machine that can be stopped.
        re.compile(pattern)
        return Pattern(regex.compile(pattern))
    except (re.error, regex.error, OverflowError, RecursionError) as refusal:
        raise Unreadable("regex") from refusal
