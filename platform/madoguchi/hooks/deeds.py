"""What staff do to many rows at once, and what of it can be taken back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class Undoable:
    """A kind of act that can be taken back for some minutes: ``function(values=…, actor=…, now=…)``.

    The function raises a DomainError when things have moved on, and leaves an audit entry otherwise. A text
    that it returns is told to whoever took the act back.
    """

    name: str
    label: "str | _StrPromise"
    permission: str
    function: Callable[..., str | None]


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """Something staff do to many rows of a list at once, each in a savepoint of its own.

    ``run(row=…, choice=…, actor=…, now=…)`` does it to one row by an existing service and returns what
    was there before; ``undo(row=…, before=…, actor=…, now=…)`` takes that back. ``describe(rows=…, eyes=…)``
    names rows to a reader, for the confirmation and the results, and leaves out those that they may not see;
    ``find(query=…, eyes=…)`` lists the rows behind the address of a list for a reader; ``run`` refuses a
    row that whoever acts may not see (``accounts.sight.eyes_of_actor``).
    """

    name: str
    label: "str | _StrPromise"
    effect: "str | _StrPromise"
    permission: str
    run: Callable[..., Mapping[str, Any]]
    describe: Callable[..., Mapping[Any, str]]
    find: Callable[..., list[Any]]
    undo: Callable[..., None] | None = None
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    asks_day: bool = False
    """A day is asked for and handed on as ``choice``, written as 2026-11-24."""
    asks_reason: bool = False
    """A reason may be typed; ``run`` then takes ``reason`` as well, empty where none was given."""
    together: Callable[..., str] | None = None
    """Begins one thing for all rows that worked, ``together(rows=…, actor=…, now=…)``; gives its address."""
