"""Put the virtual card on the virtual reader of a real PC/SC service, where both are installed."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

from card_agent.simulator import VirtualCard

PORT = 35963
ANSWER_TO_RESET = bytes.fromhex("3BE000FF8131FE4514")
OFF, ON, RESET, ASKED = 0, 1, 2, 4


@contextmanager
def laid_down(card: VirtualCard) -> Iterator[None]:
    """Lay a card on the reader until the block ends."""
    with closing(socket.create_connection(("127.0.0.1", PORT), timeout=10)) as wire:
        wire.settimeout(None)
        Thread(target=_answer, args=(wire, card), daemon=True).start()
        yield
        wire.shutdown(socket.SHUT_RDWR)
    # The service looks after its reader now and then only.
    time.sleep(2)


def _answer(wire: socket.socket, card: VirtualCard) -> None:
    try:
        while size := _take(wire, 2):
            said = _take(wire, int.from_bytes(size))
            if len(said) > 1:
                _give(wire, card.answer(said))
            elif said[0] == ASKED:
                _give(wire, ANSWER_TO_RESET)
            else:
                card.reset()
    except OSError:
        return


def _take(wire: socket.socket, count: int) -> bytes:
    taken = b""
    while len(taken) < count:
        piece = wire.recv(count - len(taken))
        if not piece:
            return b""
        taken += piece
    return taken


def _give(wire: socket.socket, answer: bytes) -> None:
    wire.sendall(len(answer).to_bytes(2) + answer)
