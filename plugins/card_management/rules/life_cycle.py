"""The life of a card as one table: states, actions and moves."""

from enum import StrEnum
from typing import Final

from madoguchi.errors import DomainError


class State(StrEnum):
    """Where a card is in its life."""

    STORED = "stored"
    HANDED_OVER = "handed_over"
    DISPOSED = "disposed"


class Action(StrEnum):
    """What staff can do with a card."""

    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    DISPOSE = "dispose"


class ImpossibleMove(DomainError):
    """This card cannot make this move from where it is."""

    code = "impossible_move"
    message = "この状態のカードには、その操作はできません。"


FIRST_STATE: Final = State.STORED
WAITING: Final = frozenset({State.STORED})

# A hand-over entered by mistake is taken back; what is disposed of stays so.
MOVES: Final[dict[tuple[State, Action], State]] = {
    (State.STORED, Action.HAND_OVER): State.HANDED_OVER,
    (State.HANDED_OVER, Action.TAKE_BACK): State.STORED,
    (State.STORED, Action.DISPOSE): State.DISPOSED,
}


def next_state(*, state: State, action: Action) -> State:
    """Tell where an action takes a card.

    Raises ImpossibleMove when the table has no such move.
    """
    found = MOVES.get((state, action))
    if found is None:
        raise ImpossibleMove(state=state, action=action)
    return found


def actions_from(*, state: State) -> tuple[Action, ...]:
    """List what can be done with a card in this state."""
    return tuple(action for (start, action) in MOVES if start is state)
