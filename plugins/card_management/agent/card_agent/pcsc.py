"""A real reader, through PC/SC and pyscard; the only part that needs either."""

import importlib
from types import TracebackType
from typing import Any, Final, Self

from card_agent.errors import CardRemoved, NoCard, NoReader, ReaderBusy, ReadingStopped, UnreadableCard

_NO_READER: Final = frozenset((0x8010001D, 0x8010001E, 0x8010002E, 0x80100017, 0x80100009))
_NO_CARD: Final = frozenset((0x8010000C, 0x80100066, 0x80100067))
_GONE: Final = frozenset((0x80100069, 0x80100068, 0x8010000C, 0x80100017, 0x8010001E, 0x80100016, 0x8010002F))
_BUSY: Final = 0x8010000B


class PyscardMissing(ImportError):
    """This PC has no pyscard: it was installed without the part for real readers."""


class PcscReader:
    """The first reader of this PC on which a card lies."""

    def __init__(self) -> None:
        try:
            self._scard: Any = importlib.import_module("smartcard.scard")
        except ImportError as error:
            raise PyscardMissing from error

    def connect(self) -> "PcscLink":
        """Take the card on a reader for us alone, as fresh as if just put down.

        Raises NoReader, NoCard and ReaderBusy.
        """
        result, context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        self._check(result)
        result, names = self._scard.SCardListReaders(context, [])
        if result or not names:
            self._scard.SCardReleaseContext(context)
            raise NoReader
        try:
            handle, protocol = self._first(context, names)
        except ReadingStopped:
            self._scard.SCardReleaseContext(context)
            raise
        return PcscLink(self._scard, context, handle, protocol)

    def _first(self, context: Any, names: list[str]) -> tuple[Any, int]:
        scard = self._scard
        either = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        refusal: ReadingStopped = NoCard()
        for name in names:
            result, handle, _protocol = scard.SCardConnect(context, name, scard.SCARD_SHARE_EXCLUSIVE, either)
            try:
                self._check(result)
            except NoCard:
                continue
            except ReadingStopped as stopped:
                refusal = stopped
                continue
            result, protocol = scard.SCardReconnect(
                handle, scard.SCARD_SHARE_EXCLUSIVE, either, scard.SCARD_RESET_CARD
            )
            self._check(result)
            return handle, protocol
        raise refusal

    def _check(self, result: int) -> None:
        code = result & 0xFFFFFFFF
        if code in _NO_READER:
            raise NoReader
        if code in _NO_CARD or code in _GONE:
            raise NoCard
        if code == _BUSY:
            raise ReaderBusy
        if code:
            raise UnreadableCard


class PcscLink:
    """A card that lies on a real reader, taken for one reading."""

    def __init__(self, scard: Any, context: Any, handle: Any, protocol: int) -> None:
        self._scard, self._context, self._handle, self._protocol = scard, context, handle, protocol

    def transmit(self, command: bytes | bytearray, /) -> bytes:
        """Send a command and give the whole answer.

        Raises CardRemoved.
        """
        letters = list(command)
        result, answer = self._scard.SCardTransmit(self._handle, self._protocol, letters)
        letters[:] = [0] * len(letters)
        code = result & 0xFFFFFFFF
        if code in _GONE:
            raise CardRemoved
        if code:
            raise UnreadableCard
        return bytes(answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What was shown to the card is forgotten by it before anybody else may speak to it.
        self._scard.SCardDisconnect(self._handle, self._scard.SCARD_RESET_CARD)
        self._scard.SCardReleaseContext(self._context)
