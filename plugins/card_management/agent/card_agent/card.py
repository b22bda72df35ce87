"""One card, spoken to through the guard."""

from collections.abc import Sequence

from card_agent import apdu, tlv
from card_agent.apdu import Answer
from card_agent.errors import Locked, UnreadableCard
from card_agent.guard import Guard
from card_agent.profiles import PROFILES, CardProfile, Secret
from card_agent.readers import CardLink

# No file that we read is longer; a card that says otherwise is not read to the end of the day.
LONGEST_FILE = 8192


class Card:
    """A card on a reader."""

    def __init__(self, *, link: CardLink, profiles: Sequence[CardProfile] = PROFILES) -> None:
        self._link = link
        self._guard = Guard(profiles=profiles)

    def send(self, command: bytes | bytearray, /) -> Answer:
        """Send a command, and fetch what the card holds ready."""
        answer = self._transmit(command)
        if answer.status >> 8 == 0x6C:
            answer = self._transmit(bytes(command[:-1]) + bytes((answer.status & 0xFF,)))
        body = answer.body
        while answer.status >> 8 == 0x61:
            answer = self._transmit(apdu.get_response(answer.status & 0xFF))
            body += answer.body
        return Answer(body, answer.status)

    def _transmit(self, command: bytes | bytearray) -> Answer:
        self._guard.let_through(command)
        return Answer.parse(self._link.transmit(command))

    def has_application(self, name: bytes, /) -> bool:
        """Select an application, and tell whether the card has it."""
        return self.send(apdu.select_application(name)).is_ok

    def select(self, identifier: int, /) -> bool:
        """Select a file, and tell whether it is there."""
        return self.send(apdu.select_file(identifier)).is_ok

    def tries_left(self, secret: Secret, /) -> int:
        """Ask how often a number may still be typed wrongly; it spends nothing.

        Raises UnreadableCard where the card does not say so: then nothing is tried.
        """
        if not self.select(secret.file):
            raise UnreadableCard
        left = self.send(apdu.ask_tries()).tries_left
        if left is None:
            raise UnreadableCard
        return left

    def show(self, secret: Secret, digits: bytearray, /) -> bool:
        """Show a number to the card, and tell whether it is the right one.

        Raises Locked and UnreadableCard.
        """
        if len(digits) != secret.digits or not self.select(secret.file):
            raise UnreadableCard
        command = apdu.verify(digits)
        try:
            answer = self.send(command)
        finally:
            apdu.wipe(command)
        if answer.is_ok:
            return True
        if answer.tries_left is None:
            raise UnreadableCard
        if answer.tries_left == 0:
            raise Locked(left=0)
        return False

    def read_file(self, identifier: int, /) -> bytes:
        """Read a whole file, which says itself how long it is.

        Raises UnreadableCard.
        """
        if not self.select(identifier):
            raise UnreadableCard
        content = self._piece(0)
        wanted = min(_wanted(content), LONGEST_FILE)
        while len(content) < wanted:
            piece = self._piece(len(content))
            if not piece:
                break
            content += piece
        return content

    def read_start(self, identifier: int, /) -> bytes:
        """Read the first bytes of a file; nothing where it is not there."""
        return self._piece(0) if self.select(identifier) else b""

    def read_first_record(self) -> bytes:
        """Read the record that everybody may read; nothing where there is none."""
        answer = self.send(apdu.read_first_record())
        return answer.body if answer.is_ok else b""

    def _piece(self, offset: int) -> bytes:
        answer = self.send(apdu.read_binary(offset=offset))
        if answer.is_ok or answer.status in apdu.PAST_THE_END:
            return answer.body
        raise UnreadableCard


def _wanted(content: bytes) -> int:
    """Tell how long a file is by its first bytes; two bytes may stand in front of the object."""
    for start in (0, 2):
        try:
            length = tlv.total_length(content[start:])
        except tlv.BrokenTlv:
            continue
        if start == 0 and content[:1] not in (b"\xff", b"\x30"):
            continue
        return start + length
    raise UnreadableCard
