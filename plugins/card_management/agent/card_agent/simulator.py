"""A virtual card and reader at the level of commands: for tests, demonstrations and training.

The card is made after the same public readings as the profiles. It proves the way of this program, not
what a real chip does. All people on it are invented.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from card_agent.errors import CardRemoved, NoCard, NoReader, ReaderBusy

TEXT = "D3921000310001010408"
COMMON = "D3921000310001010100"
KEYS = "D392F000260100000001"
_OK, _NOT_FOUND, _NOT_VERIFIED, _PAST = b"\x90\x00", b"\x6a\x82", b"\x69\x82", b"\x6b\x00"
_UNKNOWN, _LOCKED, _TRIES = b"\x6d\x00", b"\x69\x83", 0x63C0


@dataclass(frozen=True)
class Person:
    """Whose card it is: somebody invented."""

    name: str = "見本　さくら"
    address: str = "福岡県久留米市城南町１５番地３"
    born_on: str = "19880320"
    sex: str = "2"


@dataclass
class Counter:
    """A number and how often it may still be wrong."""

    secret: bytes
    most: int
    left: int = -1

    def __post_init__(self) -> None:
        self.left = self.most if self.left < 0 else self.left


def piece(tag: int, value: bytes) -> bytes:
    """Write tag, length and value."""
    size = len(value)
    length = bytes((size,)) if size < 0x80 else b"\x82" + size.to_bytes(2)
    return tag.to_bytes(2) + length + value


def basic_four(person: Person) -> bytes:
    """Write the file of the four items."""
    values = [
        piece(0xDF22, person.name.encode()),
        piece(0xDF23, person.address.encode()),
        piece(0xDF24, person.born_on.encode()),
        piece(0xDF25, person.sex.encode()),
    ]
    return piece(0xFF20, piece(0xDF21, bytes(8)) + b"".join(values))


def certificate(*, last_day: datetime) -> bytes:
    """Make a certificate whose only true part is its end."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "AUTHTEST0001")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(last_day)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)


@dataclass
class VirtualCard:
    """A card that answers commands as the real one is known to."""

    person: Person = field(default_factory=Person)
    pin: Counter = field(default_factory=lambda: Counter(b"1234", 3))
    number_b: Counter = field(default_factory=lambda: Counter(b"63032020351234", 10))
    municipality: str = "40203"
    expires_on: str = "20350320"
    certificate_until: datetime = datetime(2031, 3, 20, 14, 59, 59, tzinfo=UTC)
    token: bytes = b"JPKIAPICCTOKEN2"

    def __post_init__(self) -> None:
        number_a = Counter(b"0" * 12, 10)
        self._counters = {0x0011: self.pin, 0x0015: self.number_b, 0x0014: number_a}
        # The file of the My Number is a trip-wire: a row of noughts that nobody may ever select.
        self._files = {
            TEXT: {
                0x0001: b"\xff\x10\x0c" + b"0" * 12,
                0x0002: basic_four(self.person),
                0x0011: b"",
                0x0014: b"",
            }
            | {0x0015: b""},
            COMMON: {0x0001: b""},
            KEYS: {0x0006: self.token.ljust(20, b"\0"), 0x000A: certificate(last_day=self.certificate_until)},
        }
        self.reset()

    def reset(self) -> None:
        """Forget what was selected and shown."""
        self._application, self._file, self._shown = "", 0, set[int]()

    def answer(self, command: bytes) -> bytes:
        """Answer one command."""
        known = {
            b"\xa4\x04": self._select_application,
            b"\xa4\x02": self._select_file,
            b"\x20\x00": self._verify,
            b"\xb2\x01": self._record,
        }
        if command[1] == 0xB0:
            return self._read(command)
        found = known.get(bytes(command[1:3]))
        return found(command) if found else _UNKNOWN

    def _select_application(self, command: bytes) -> bytes:
        name = command[5:].hex().upper()
        if name not in self._files:
            return _NOT_FOUND
        self._application, self._file = name, 0
        return _OK

    def _select_file(self, command: bytes) -> bytes:
        wanted = int.from_bytes(command[5:7])
        if wanted not in self._files.get(self._application, {}):
            return _NOT_FOUND
        self._file = wanted
        return _OK

    def _verify(self, command: bytes) -> bytes:
        counter = self._counters.get(self._file)
        if counter is None or self._application != TEXT:
            return _NOT_FOUND
        if len(command) > 4 and counter.left:
            if command[5:] == counter.secret:
                counter.left = counter.most
                self._shown.add(self._file)
                return _OK
            counter.left -= 1
        return (_TRIES | counter.left).to_bytes(2) if counter.left else _LOCKED

    def _record(self, command: bytes) -> bytes:
        if self._application != COMMON:
            return _NOT_FOUND
        text = f"{self.municipality}{self.expires_on}".encode()
        return b"\x01\x1c" + b"400000099999990" + text + _OK

    def _read(self, command: bytes) -> bytes:
        opened_by = {0x0001: {0x0011, 0x0014}, 0x0002: {0x0011, 0x0015}} if self._application == TEXT else {}
        needed = opened_by.get(self._file)
        if needed is not None and not needed & self._shown:
            return _NOT_VERIFIED
        content = self._files.get(self._application, {}).get(self._file, b"")
        offset, count = int.from_bytes(command[2:4]), command[4] or 256
        return content[offset : offset + count] + _OK if offset < len(content) else _PAST


class VirtualReader:
    """A reader that keeps a list of every command, with what was typed left out."""

    def __init__(self, *, card: VirtualCard | None = None, is_connected: bool = True) -> None:
        self.card = card
        self.is_connected = is_connected
        self.is_taken = False
        self.removed_after: int | None = None
        self.log: list[bytes] = []

    def connect(self) -> "VirtualLink":
        """Take the card for us alone.

        Raises NoReader, NoCard and ReaderBusy.
        """
        if not self.is_connected:
            raise NoReader
        if self.card is None:
            raise NoCard
        if self.is_taken:
            raise ReaderBusy
        self.is_taken = True
        self.card.reset()
        return VirtualLink(self, self.card)


class VirtualLink:
    """The virtual card, taken for one reading."""

    def __init__(self, reader: VirtualReader, card: VirtualCard) -> None:
        self._reader, self._card = reader, card

    def transmit(self, command: bytes | bytearray, /) -> bytes:
        """Send a command and give the whole answer.

        Raises CardRemoved.
        """
        is_secret = command[1] == 0x20 and len(command) > 4
        self._reader.log.append(bytes(command[:4]) if is_secret else bytes(command))
        if self._reader.removed_after is not None and len(self._reader.log) > self._reader.removed_after:
            raise CardRemoved
        return self._card.answer(bytes(command))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._card.reset()
        self._reader.is_taken = False
