"""Commands to a card and its answers, as ISO 7816-4 writes them."""

from dataclasses import dataclass
from typing import Final, Self

OK: Final = 0x9000
NOT_VERIFIED: Final = 0x6982
NOT_FOUND: Final = 0x6A82
PAST_THE_END: Final = frozenset((0x6282, 0x6B00))
BLOCKED: Final = frozenset((0x6983, 0x6984))
_TRIES: Final = 0x63C0
FULL: Final = 256


@dataclass(frozen=True, slots=True)
class Answer:
    """What a card said: some bytes and a status word."""

    body: bytes
    status: int

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Split the status word off; an answer without one counts as unreadable."""
        if len(raw) < 2:
            return cls(b"", 0)
        return cls(raw[:-2], int.from_bytes(raw[-2:]))

    @property
    def is_ok(self) -> bool:
        """Tell whether the card did what it was told."""
        return self.status == OK

    @property
    def tries_left(self) -> int | None:
        """Tell how many tries are left, where the status word says so."""
        if self.status in BLOCKED:
            return 0
        if self.status & 0xFFF0 == _TRIES:
            return self.status & 0x000F
        return None


def select_application(aid: bytes, /) -> bytes:
    """Select an application by its name."""
    return bytes((0x00, 0xA4, 0x04, 0x0C, len(aid))) + aid


def select_file(identifier: int, /) -> bytes:
    """Select a file of the application."""
    return bytes((0x00, 0xA4, 0x02, 0x0C, 0x02)) + identifier.to_bytes(2)


def ask_tries() -> bytes:
    """Ask how many tries are left; it spends none."""
    return bytes((0x00, 0x20, 0x00, 0x80))


def verify(secret: bytearray, /) -> bytearray:
    """Show a number to the card; whoever calls wipes the command afterwards."""
    return bytearray((0x00, 0x20, 0x00, 0x80, len(secret))) + secret


def read_binary(*, offset: int, count: int = FULL) -> bytes:
    """Read a part of the selected file."""
    return bytes((0x00, 0xB0, offset >> 8, offset & 0xFF, count & 0xFF))


def read_first_record() -> bytes:
    """Read the first record of the application's first file, which is open to everybody."""
    return bytes((0x00, 0xB2, 0x01, 0x0C, 0x00))


def get_response(count: int, /) -> bytes:
    """Fetch what the card holds ready."""
    return bytes((0x00, 0xC0, 0x00, 0x00, count & 0xFF))


def wipe(secret: bytearray, /) -> None:
    """Overwrite a number in memory."""
    for position in range(len(secret)):
        secret[position] = 0
