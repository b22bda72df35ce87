"""ClamAV's daemon: the file goes over its socket in pieces, nothing touches a disk."""

import logging
import socket
from struct import Struct
from typing import Final
from urllib.parse import urlsplit

from madoguchi.web.intake.scanning import CLEAN, Verdict

logger = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 2.0
ANSWER_SECONDS: Final = 20.0
PIECE_BYTES: Final = 1 << 17
LONGEST_ANSWER: Final = 4096
PORT: Final = 3310
UNKNOWN: Final = Verdict("unknown")
_LENGTH: Final = Struct(">I")


class Clamd:
    """One clamd, by TCP (``clamd://host:3310``) or by its socket (``clamd:///run/clamd.sock``)."""

    def __init__(self, address: str) -> None:
        self._address = urlsplit(address)

    def scan(self, content: bytes) -> Verdict:
        """Send a file; whatever is not a plain answer leaves the file unread."""
        try:
            with self._connected() as line:
                answer = _ask(line, content)
        except OSError as trouble:
            logger.error("the virus scanner does not answer: %s", type(trouble).__name__)
            return UNKNOWN
        return _understood(answer)

    def _connected(self) -> socket.socket:
        if self._address.hostname is None:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(CONNECT_SECONDS)
            line.connect(self._address.path)
        else:
            place = (self._address.hostname, self._address.port or PORT)
            line = socket.create_connection(place, timeout=CONNECT_SECONDS)
        line.settimeout(ANSWER_SECONDS)
        return line


def _ask(line: socket.socket, content: bytes) -> str:
    line.sendall(b"zINSTREAM\0")
    view = memoryview(content)
    for start in range(0, len(view), PIECE_BYTES):
        piece = view[start : start + PIECE_BYTES]
        line.sendall(_LENGTH.pack(len(piece)) + piece)
    line.sendall(_LENGTH.pack(0))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece_of_answer = line.recv(LONGEST_ANSWER)
        if not piece_of_answer:
            break
        answer += piece_of_answer
    return answer.rstrip(b"\0").decode("utf-8", errors="replace")


def _understood(answer: str) -> Verdict:
    words = answer.removeprefix("stream: ")
    if words == "OK":
        return CLEAN
    if words.endswith(" FOUND"):
        return Verdict("infected", words.removesuffix(" FOUND"))
    logger.error("the virus scanner did not understand: %s", answer[:200])
    return UNKNOWN
