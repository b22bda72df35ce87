"""The port to virus scanners: which are configured, and what they say together.

With none configured nothing is scanned. With several a file is clean only when each of them says so,
and a scanner that cannot be reached or does not understand leaves the file unread.
"""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

SCHEMES: Final = {
    "clamd": "madoguchi.web.intake.adapters.clamd.Clamd",
    "simulator": "madoguchi.web.intake.adapters.simulator.Simulator",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner found: clean, infected, or unknown because it could not look."""

    state: Literal["clean", "infected", "unknown"]
    threat: str = ""


CLEAN: Final = Verdict("clean")


class Scanner(Protocol):
    """Whoever looks into a file for viruses; it never raises, it answers unknown."""

    def scan(self, content: bytes) -> Verdict:
        """Look into a file that lies in memory."""


def scanners() -> tuple[Scanner, ...]:
    """List the scanners of this installation.

    An address such as ``clamd://127.0.0.1:3310`` or ``clamd:///run/clamd.sock``, or, for an engine of
    another house, ``its.module.Class://address``.
    """
    return tuple(_scanner(address) for address in settings.MADOGUCHI["VIRUS_SCANNERS"])


def scan(*, content: bytes) -> Verdict:
    """Ask every scanner; the worst answer counts."""
    answers = []
    for scanner in scanners():
        answer = scanner.scan(content)
        if answer.state == "infected":
            return answer
        answers.append(answer)
    return next((answer for answer in answers if answer.state == "unknown"), CLEAN)


def _scanner(address: str) -> Scanner:
    scheme, _mark, _rest = address.partition("://")
    kind = import_string(SCHEMES.get(scheme, scheme))
    made: Scanner = kind(address)
    return made
