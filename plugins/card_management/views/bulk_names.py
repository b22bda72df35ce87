"""Which actions the list of cards offers for many at once: the rest needs a place or a second person."""

from typing import Final

from plugins.card_management.rules.facts import Fact
from plugins.card_management.rules.life_cycle import FINAL, Action

MOVES: Final = tuple(
    action for action in Action if action not in FINAL | {Action.UNDO, Action.SEND, Action.TAKE_IN}
)
DAYS: Final = (
    Fact.NOTICE_SENT_ON,
    Fact.NOTICE_RETURNED_ON,
    Fact.NOTICE_RESENT_ON,
    Fact.RECEIVED_ON,
    Fact.DEADLINE_ON,
)
BULK_NAMES: Final = (
    *(f"card_management.{action.value}" for action in MOVES),
    *(f"card_management.set_{fact.value}" for fact in DAYS),
    "card_management.set_kind",
    "card_management.mark_absent",
)
