"""What a reader and a card on it are for us; the real ones and the virtual ones pass the same tests."""

from types import TracebackType
from typing import Protocol, Self


class CardLink(Protocol):
    """A card that nobody else can speak to meanwhile; leaving the link resets it."""

    def transmit(self, command: bytes | bytearray, /) -> bytes:
        """Send a command and give the whole answer.

        Raises CardRemoved.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Reader(Protocol):
    """A reader with room for one card."""

    def connect(self) -> CardLink:
        """Take the card on the reader for us alone.

        Raises NoReader, NoCard and ReaderBusy.
        """
        ...
