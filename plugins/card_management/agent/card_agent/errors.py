"""Why a reading ended without a result; the page of the counter has words for every code."""

from typing import ClassVar


class ReadingStopped(Exception):
    """A reading ended without a result."""

    code: ClassVar[str] = "stopped"

    def __init__(self, *, left: int | None = None) -> None:
        super().__init__(self.code)
        self.left = left


class NoReader(ReadingStopped):
    """No reader is connected, or the service for smart cards does not run."""

    code = "no_reader"


class NoCard(ReadingStopped):
    """Nobody put a card on the reader."""

    code = "no_card"


class CardRemoved(ReadingStopped):
    """The card was taken away before everything was read."""

    code = "card_removed"


class ReaderBusy(ReadingStopped):
    """Another program, or another page, uses the reader."""

    code = "reader_busy"


class UnsupportedCard(ReadingStopped):
    """The card is not one whose profile is known."""

    code = "unsupported_card"


class UnreadableCard(ReadingStopped):
    """The card answered something that its profile does not allow."""

    code = "unreadable_card"


class StoppedBeforeLock(ReadingStopped):
    """One more wrong number would lock the card, so none is tried."""

    code = "stopped_before_lock"


class Locked(ReadingStopped):
    """The number is locked already; only the municipality sets it anew."""

    code = "locked"


class Cancelled(ReadingStopped):
    """Somebody closed the window, or left it open too long."""

    code = "cancelled"


class NotPaired(ReadingStopped):
    """The page did not prove that it belongs to a signed-in session of the city."""

    code = "not_paired"


class NotAllowed(ReadingStopped):
    """The city does not allow this way of reading."""

    code = "not_allowed"
