"""What stands beside a card: why it was made, what was posted when, what the register says against it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """Why a card was made."""

    NEW = "new"
    RENEWAL = "renewal"
    REISSUE = "reissue"
    OTHER = "other"


class Flag(StrEnum):
    """What the register of residents says against a card."""

    MOVED_OUT = "moved_out"
    DIED = "died"
    REMOVED = "removed"
    NAME_CHANGED = "name_changed"
    ADDRESS_CHANGED = "address_changed"
    STAY_EXPIRED = "stay_expired"
    STAY_ENDS_SOON = "stay_ends_soon"
    WITHDRAWN = "withdrawn"


# A card whose holder's stay ends soon can still be handed over.
BLOCKING: Final = frozenset(Flag) - {Flag.STAY_ENDS_SOON}


class Fact(StrEnum):
    """A day or a word beside a card; each is a column of the card."""

    KIND = "kind"
    BATCH = "batch"
    VISIT = "visit"
    RECEIVED_ON = "received_on"
    NOTICE_SENT_ON = "notice_sent_on"
    NOTICE_RETURNED_ON = "notice_returned_on"
    NOTICE_RESENT_ON = "notice_resent_on"
    DEADLINE_ON = "deadline_on"
    HANDED_OVER_ON = "handed_over_on"


DAYS: Final = (
    Fact.RECEIVED_ON,
    Fact.NOTICE_SENT_ON,
    Fact.NOTICE_RETURNED_ON,
    Fact.NOTICE_RESENT_ON,
    Fact.DEADLINE_ON,
    Fact.HANDED_OVER_ON,
)
# In a life without mistakes the first of each pair comes before the second, or on the same day.
ORDER: Final = (
    (Fact.NOTICE_SENT_ON, Fact.NOTICE_RETURNED_ON),
    (Fact.NOTICE_RETURNED_ON, Fact.NOTICE_RESENT_ON),
    (Fact.NOTICE_SENT_ON, Fact.DEADLINE_ON),
    (Fact.NOTICE_SENT_ON, Fact.HANDED_OVER_ON),
    (Fact.NOTICE_SENT_ON, Fact.RECEIVED_ON),
    (Fact.HANDED_OVER_ON, Fact.RECEIVED_ON),
)


def disorder(*, days: Mapping[Fact, date | None], changed: Fact) -> tuple[Fact, Fact] | None:
    """Name two days of a card, one of them just changed, that stand in the wrong order."""
    for earlier, later in ORDER:
        first, second = days.get(earlier), days.get(later)
        if changed in (earlier, later) and first is not None and second is not None and first > second:
            return earlier, later
    return None


def blocking(*, flags: "tuple[str, ...] | list[str]") -> tuple[Flag, ...]:
    """List what forbids a notice and a hand-over, in the order of the register."""
    return tuple(flag for flag in Flag if flag in BLOCKING and flag.value in flags)
