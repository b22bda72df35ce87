"""The life of a card as one table: states, actions and moves.

What happens beside the card is no state: a notice sent or returned, a visit booked, a day by which it goes.
"""

from enum import StrEnum
from typing import Final

from madoguchi.errors import DomainError


class State(StrEnum):
    """Where a card is in its life."""

    EXPECTED = "expected"
    ARRIVED = "arrived"
    STORED = "stored"
    PULLED = "pulled"
    IN_TRANSIT = "in_transit"
    READY = "ready"
    HANDED_OVER = "handed_over"
    REDO = "redo"
    WITHDRAWN = "withdrawn"
    DISPOSED = "disposed"


class Action(StrEnum):
    """What is done with a card."""

    RECEIVE = "receive"
    STORE = "store"
    PULL = "pull"
    SEND = "send"
    TAKE_IN = "take_in"
    MAKE_READY = "make_ready"
    PUT_BACK = "put_back"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    MARK_REDO = "mark_redo"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    DISPOSE = "dispose"
    # In no table: it leads back where the last move came from.
    UNDO = "undo"


class ImpossibleMove(DomainError):
    """This card cannot make this move from where it is."""

    code = "impossible_move"
    message = "この状態のカードには、その操作はできません。"


FIRST_STATE: Final = State.STORED
# The card is in the city's hands and its holder may come for it.
WAITING: Final = frozenset({State.ARRIVED, State.STORED, State.PULLED, State.IN_TRANSIT, State.READY})
# The city has the card no more, or never will: it lies nowhere.
GONE: Final = frozenset({State.HANDED_OVER, State.DISPOSED})
NEEDS_REASON: Final = frozenset({Action.MARK_REDO, Action.WITHDRAW})
FINAL: Final = frozenset({Action.DISPOSE})

_SOURCES: Final[dict[Action, tuple[tuple[State, ...], State]]] = {
    Action.RECEIVE: ((State.EXPECTED,), State.ARRIVED),
    Action.STORE: ((State.ARRIVED,), State.STORED),
    Action.PULL: ((State.STORED,), State.PULLED),
    Action.SEND: ((State.PULLED,), State.IN_TRANSIT),
    Action.TAKE_IN: ((State.IN_TRANSIT,), State.READY),
    Action.MAKE_READY: ((State.PULLED,), State.READY),
    Action.PUT_BACK: ((State.PULLED, State.READY), State.STORED),
    Action.HAND_OVER: ((State.STORED, State.PULLED, State.READY), State.HANDED_OVER),
    Action.TAKE_BACK: ((State.HANDED_OVER,), State.STORED),
    Action.MARK_REDO: ((State.ARRIVED, State.STORED, State.PULLED, State.READY), State.REDO),
    Action.RESUME: ((State.REDO,), State.STORED),
    Action.WITHDRAW: (
        (
            State.EXPECTED,
            State.ARRIVED,
            State.STORED,
            State.PULLED,
            State.IN_TRANSIT,
            State.READY,
            State.REDO,
        ),
        State.WITHDRAWN,
    ),
    Action.REOPEN: ((State.WITHDRAWN,), State.STORED),
    Action.DISPOSE: ((State.STORED, State.REDO, State.WITHDRAWN), State.DISPOSED),
}
MOVES: Final[dict[tuple[State, Action], State]] = {
    (start, action): end for action, (starts, end) in _SOURCES.items() for start in starts
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


def states_before(*, action: Action) -> tuple[State, ...]:
    """List the states from which an action leads on."""
    return tuple(start for (start, other) in MOVES if other is action)
