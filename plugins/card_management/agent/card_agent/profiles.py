"""What is known of the kinds of cards: one profile each, so that the next card is one more line.

The facts come from independent public readings of the chip that agree with one another; no official
description is public. The file that holds the My Number has no name here, and the guard refuses it.
"""

from dataclasses import dataclass
from typing import Final

from card_agent import tlv


@dataclass(frozen=True, slots=True)
class BasicFour:
    """Name, address, date of birth and sex, as the chip tells them; what it does not tell is empty."""

    name: str
    address: str
    born_on: str
    sex: str


@dataclass(frozen=True, slots=True)
class Validity:
    """What a card tells without any number: which municipality gave it, and until when it is good."""

    municipality: str = ""
    expires_on: str = ""
    certificate_expires_on: str = ""


@dataclass(frozen=True, slots=True)
class Secret:
    """A number that opens a file: where the card keeps its tries, and how many digits it has."""

    file: int
    digits: int


@dataclass(frozen=True, slots=True)
class CardProfile:
    """Where a kind of card keeps what we read, and nothing beyond it."""

    name: str
    text_application: bytes
    common_application: bytes
    key_application: bytes
    tokens: tuple[bytes, ...]
    basic_four: int
    pin: Secret
    number_b: Secret
    token: int
    certificate: int

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """List the numbers that may be shown to the card."""
        return (self.pin, self.number_b)

    def files_of(self, application: bytes) -> frozenset[int]:
        """List the files that may be selected in an application."""
        allowed = {
            self.text_application: {self.basic_four, *(each.file for each in self.secrets)},
            self.key_application: {self.token, self.certificate},
        }
        return frozenset(allowed.get(application, ()))

    def readable_in(self, application: bytes) -> frozenset[int]:
        """List the files that may be read in an application."""
        return self.files_of(application) - {each.file for each in self.secrets}


MY_NUMBER_CARD: Final = CardProfile(
    name="my_number_card",
    text_application=bytes.fromhex("D3921000310001010408"),
    common_application=bytes.fromhex("D3921000310001010100"),
    key_application=bytes.fromhex("D392F000260100000001"),
    tokens=(b"JPKIAPICCTOKEN2", b"JPKIAPICCTOKEN"),
    basic_four=0x0002,
    pin=Secret(file=0x0011, digits=4),
    number_b=Secret(file=0x0015, digits=14),
    token=0x0006,
    certificate=0x000A,
)
PROFILES: Final = (MY_NUMBER_CARD,)

_NAME, _ADDRESS, _BORN, _SEX = 0xDF22, 0xDF23, 0xDF24, 0xDF25
_FOUR = 0xFF20
_SEXES = {"1": "male", "2": "female"}
_FIRST_RECORD = bytes.fromhex("011C")
_SERIAL = 15


def parse_basic_four(content: bytes, /) -> BasicFour:
    """Read the four items out of their file.

    Raises BrokenTlv where they are not there.
    """
    # Newer cards are said to have two bytes in front.
    for start in (0, 2):
        try:
            inner = dict(tlv.objects(_only(_FOUR, content[start:])))
            return _four(inner)
        except (tlv.BrokenTlv, KeyError, UnicodeDecodeError):
            continue
    raise tlv.BrokenTlv("the basic four items are not there")


def _only(tag: int, content: bytes) -> bytes:
    found = next(tlv.objects(content[: tlv.total_length(content)]), None)
    if found is None or found[0] != tag:
        raise tlv.BrokenTlv(f"no {tag:X}")
    return found[1]


def _four(inner: dict[int, bytes]) -> BasicFour:
    born = inner[_BORN].decode("ascii")
    is_date = len(born) == 8 and born.isdigit()
    return BasicFour(
        name=inner[_NAME].decode("utf-8"),
        address=inner[_ADDRESS].decode("utf-8"),
        born_on=f"{born[:4]}-{born[4:6]}-{born[6:]}" if is_date else "",
        sex=_SEXES.get(inner[_SEX].decode("ascii"), ""),
    )


def parse_common_record(record: bytes, /) -> tuple[str, str]:
    """Read municipality and last day out of the record that everybody may read; what is odd is empty.

    The serial number in front of them belongs to the chip and is not looked at.
    """
    if not record.startswith(_FIRST_RECORD):
        return "", ""
    start = len(_FIRST_RECORD) + _SERIAL
    text = record[start : start + 13].decode("ascii", errors="replace")
    municipality, last = text[:5], text[5:]
    if len(text) != 13 or not (municipality.isdigit() and last.isdigit()):
        return "", ""
    return municipality, f"{last[:4]}-{last[4:6]}-{last[6:]}"
