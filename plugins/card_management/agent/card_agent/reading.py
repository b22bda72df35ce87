"""Read what a counter needs from a card, and stop before anything is locked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cryptography import x509

from card_agent import tlv
from card_agent.apdu import wipe
from card_agent.card import Card
from card_agent.errors import Cancelled, Locked, StoppedBeforeLock, UnreadableCard, UnsupportedCard
from card_agent.profiles import (
    PROFILES,
    BasicFour,
    CardProfile,
    Validity,
    parse_basic_four,
    parse_common_record,
)

# With this many tries left nothing is tried any more: the next slip would lock the card.
FLOOR: Final = 1

By = Literal["pin", "number_b"]


@dataclass(frozen=True, slots=True)
class Question:
    """What the window asks: which number, of how many digits, and how many tries are left."""

    by: By
    digits: int
    left: int
    was_wrong: bool = False


Ask = Callable[[Question], bytearray | None]


def recognise(*, card: Card, profiles: Sequence[CardProfile] = PROFILES) -> CardProfile:
    """Find out what kind of card it is.

    Raises UnsupportedCard.
    """
    for profile in profiles:
        if not card.has_application(profile.text_application):
            continue
        if not card.has_application(profile.key_application):
            return profile
        if card.read_start(profile.token).rstrip(b"\0 ").startswith(profile.tokens):
            return profile
    raise UnsupportedCard


def read_validity(*, card: Card, profile: CardProfile) -> Validity:
    """Read municipality and last days without any number; what the card does not tell stays empty."""
    municipality, expires_on = "", ""
    if card.has_application(profile.common_application):
        municipality, expires_on = parse_common_record(card.read_first_record())
    return Validity(
        municipality=municipality,
        expires_on=expires_on,
        certificate_expires_on=_certificate_end(card, profile),
    )


def _certificate_end(card: Card, profile: CardProfile) -> str:
    if not card.has_application(profile.key_application):
        return ""
    try:
        certificate = x509.load_der_x509_certificate(_der(card.read_file(profile.certificate)))
    except (UnreadableCard, ValueError):
        return ""
    return certificate.not_valid_after_utc.date().isoformat()


def _der(content: bytes) -> bytes:
    return content[: tlv.total_length(content)]


def read_basic_four(*, card: Card, profile: CardProfile, by: By, ask: Ask) -> BasicFour:
    """Ask for a number in our own window until it is right, and read the four items.

    Raises StoppedBeforeLock, Locked, Cancelled, CardRemoved and UnreadableCard.
    """
    if not card.has_application(profile.text_application):
        raise UnreadableCard
    _open(card, profile, by, ask)
    try:
        return parse_basic_four(card.read_file(profile.basic_four))
    except tlv.BrokenTlv as error:
        raise UnreadableCard from error


def _open(card: Card, profile: CardProfile, by: By, ask: Ask) -> None:
    secret = profile.pin if by == "pin" else profile.number_b
    was_wrong = False
    while True:
        left = card.tries_left(secret)
        if left == 0:
            raise Locked(left=0)
        if left <= FLOOR:
            raise StoppedBeforeLock(left=left)
        digits = ask(Question(by=by, digits=secret.digits, left=left, was_wrong=was_wrong))
        if digits is None:
            raise Cancelled(left=left)
        try:
            if card.show(secret, digits):
                return
        finally:
            wipe(digits)
        was_wrong = True
