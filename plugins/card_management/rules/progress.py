"""How far a card is on its way from the notice to the hand-over, read from its state and its facts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from plugins.card_management.rules.life_cycle import Action, State


class Step(StrEnum):
    """A step on the way to the hand-over, or what keeps a card from it."""

    MAKING = "making"
    NOTICE_WAITS = "notice_waits"
    NOTICE_SENT = "notice_sent"
    BOOKED = "booked"
    PULLED = "pulled"
    FORWARDED = "forwarded"
    READY = "ready"
    ISSUED = "issued"
    REDO = "redo"
    RETURNED = "returned"
    EXPIRED = "expired"
    ABSENT = "absent"
    STOPPED = "stopped"


# The way of a card without trouble, in its order.
WAY: Final = (Step.NOTICE_SENT, Step.BOOKED, Step.PULLED, Step.FORWARDED, Step.READY, Step.ISSUED)
_OF_STATE: Final = {
    State.EXPECTED: Step.MAKING,
    State.PULLED: Step.PULLED,
    State.IN_TRANSIT: Step.FORWARDED,
    State.READY: Step.READY,
    State.HANDED_OVER: Step.ISSUED,
    State.REDO: Step.REDO,
    State.WITHDRAWN: Step.STOPPED,
    State.DISPOSED: Step.STOPPED,
}
ABSENT_VISIT: Final = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What stands beside a card and tells how far it is."""

    state: State
    notice_sent_on: date | None = None
    notice_returned_on: date | None = None
    notice_resent_on: date | None = None
    deadline_on: date | None = None
    wanted_on: date | None = None
    visit: str = ""

    @property
    def notice_is_back(self) -> bool:
        """Tell whether the notice came back and was not sent again."""
        back, again = self.notice_returned_on, self.notice_resent_on
        return back is not None and (again is None or again < back)


def step_of(*, facts: Facts, today: date) -> Step:
    """Tell how far a card is, or what keeps it: the most urgent of what is so."""
    found = _OF_STATE.get(facts.state)
    if found is not None:
        return found
    if facts.visit == ABSENT_VISIT and (facts.wanted_on is None or facts.wanted_on <= today):
        return Step.ABSENT
    if facts.wanted_on is not None:
        return Step.BOOKED
    if facts.notice_is_back:
        return Step.RETURNED
    if facts.deadline_on is not None and facts.deadline_on < today:
        return Step.EXPIRED
    return Step.NOTICE_WAITS if facts.notice_sent_on is None else Step.NOTICE_SENT


def next_action(*, facts: Facts, is_elsewhere: bool) -> Action | None:
    """Name what staff do next with a card, nothing where its holder is next."""
    if facts.state is State.STORED:
        return Action.PULL if facts.wanted_on is not None else None
    if facts.state is State.PULLED:
        return Action.SEND if is_elsewhere else Action.MAKE_READY
    usual = {
        State.EXPECTED: Action.RECEIVE,
        State.ARRIVED: Action.STORE,
        State.IN_TRANSIT: Action.TAKE_IN,
        State.READY: Action.HAND_OVER,
        State.REDO: Action.RESUME,
    }
    return usual.get(facts.state)
