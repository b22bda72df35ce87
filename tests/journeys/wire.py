"""A wire between a browser and a site on which every byte is kept that the browser sends."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

PIECE = 65_536


class Wire:
    """Carries both ways, and remembers one."""

    def __init__(self, port: int) -> None:
        self._site = ("127.0.0.1", port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._guard = threading.Lock()
        self._sent = bytearray()

    @property
    def port(self) -> int:
        """tell where a browser connects to."""
        found: int = self._listening.getsockname()[1]
        return found

    @property
    def sent(self) -> bytes:
        """return every byte that was sent so far."""
        with self._guard:
            return bytes(self._sent)

    def serve(self) -> None:
        """take connections until closed."""
        with suppress(OSError):
            while True:
                browser, _address = self._listening.accept()
                site = socket.create_connection(self._site)
                for source, target, is_kept in ((browser, site, True), (site, browser, False)):
                    threading.Thread(target=self._carry, args=(source, target, is_kept), daemon=True).start()

    def close(self) -> None:
        """take no more connections."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _carry(self, source: socket.socket, target: socket.socket, is_kept: bool) -> None:
        with suppress(OSError), closing(target):
            while piece := source.recv(PIECE):
                if is_kept:
                    with self._guard:
                        self._sent += piece
                target.sendall(piece)


@contextmanager
def watched(port: int) -> Iterator[Wire]:
    """Watch what a browser sends to a site as long as the block lasts."""
    wire = Wire(port)
    thread = threading.Thread(target=wire.serve, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        wire.close()
        thread.join(timeout=5)
