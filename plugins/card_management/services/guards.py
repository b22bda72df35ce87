"""Who may say no to a hand-over, and who follows a move: filled once, when the process starts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card, CardMovement

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a card must not be handed over: a code for programs, a sentence for the counter."""

    code: str
    message: "str | _StrPromise"


class Guard(Protocol):
    """Says why a card must not be handed over, or nothing."""

    def __call__(self, *, card: Card, actor: Actor, now: datetime) -> Refusal | None: ...


class Follower(Protocol):
    """Does what a move brings with it, in its transaction."""

    def __call__(self, *, card: Card, movement: CardMovement, actor: Actor, now: datetime) -> None: ...


class HandOverRefused(DomainError):
    """Something stands against handing this card over."""

    code = "hand_over_refused"
    message = _("このカードは交付できません。理由を確かめてください。")

    def __init__(self, *, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(reasons=[refusal.code for refusal in refusals])
        self.refusals = refusals

    def __str__(self) -> str:
        return " ".join(str(refusal.message) for refusal in self.refusals)


@dataclass(slots=True)
class _Watch:
    guards: tuple[Guard, ...] = ()
    followers: tuple[Follower, ...] = ()


_WATCH: Final = _Watch()


def install(*, guards: Iterable[Guard], followers: Iterable[Follower]) -> None:
    """Set who is asked before each hand-over and who is told of each move."""
    _WATCH.guards, _WATCH.followers = tuple(guards), tuple(followers)


def refusals(*, card: Card, actor: Actor, now: datetime) -> tuple[Refusal, ...]:
    """Ask everybody who may say no to a hand-over."""
    answers = (guard(card=card, actor=actor, now=now) for guard in _WATCH.guards)
    return tuple(answer for answer in answers if answer is not None)


def ask(*, card: Card, actor: Actor, now: datetime) -> None:
    """Let nobody stand against handing this card over.

    Raises HandOverRefused.
    """
    found = refusals(card=card, actor=actor, now=now)
    if found:
        raise HandOverRefused(refusals=found)


def follow(*, card: Card, movement: CardMovement, actor: Actor, now: datetime) -> None:
    """Tell everybody who follows moves, in the transaction of the move."""
    for follower in _WATCH.followers:
        follower(card=card, movement=movement, actor=actor, now=now)
