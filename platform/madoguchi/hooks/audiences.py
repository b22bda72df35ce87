"""To whom a city may write one mail at once: declared by whoever knows these residents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from madoguchi.hooks.values import Placeholder

if TYPE_CHECKING:
    from uuid import UUID

    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class AudienceQuestion:
    """Something by which an audience is narrowed: a day, or one of some choices."""

    name: str
    label: "str | _StrPromise"
    kind: Literal["day", "choice"] = "choice"
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    """Asked when the page is drawn; whoever chooses nothing means all of them."""
    help: "str | _StrPromise" = ""
    not_before: str = ""
    """The question about the first day, where this one asks about the last."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Residents to whom a city may write one mail at once.

    ``find(answers=…, eyes=…, now=…)`` gives pairs of a contact and what the mail is about, as far as its
    writer may see. ``values(about=…, language=…, now=…)`` gives the values of the placeholders as the mail
    leaves, or nothing for somebody whom it no longer concerns.
    """

    name: str
    label: "str | _StrPromise"
    placeholders: tuple[Placeholder, ...]
    questions: tuple[AudienceQuestion, ...]
    find: Callable[..., "Sequence[tuple[UUID, UUID]]"]
    values: Callable[..., Mapping[str, str] | None]
