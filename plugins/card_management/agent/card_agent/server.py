"""The door of the agent: 127.0.0.1 only, for the pages of the cities on the list only."""

import logging
from threading import Lock

from websockets.exceptions import ConnectionClosed
from websockets.protocol import State
from websockets.sync.server import Server, ServerConnection, serve

from card_agent.configuration import Configuration
from card_agent.conversation import LONGEST_MESSAGE, Agent, Desk, converse
from card_agent.readers import Reader

HOST = "127.0.0.1"
_log = logging.getLogger("card_agent")


class _Page:
    """The connection to one page, as the conversation needs it."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection

    def send(self, message: str, /) -> None:
        self._connection.send(message)

    def recv(self, timeout: float | None = None) -> str | bytes:
        return self._connection.recv(timeout=timeout)

    @property
    def is_closed(self) -> bool:
        # A thread of the library reads all the time: a page that reloads is noticed while somebody types.
        return self._connection.state is not State.OPEN


def open_server(
    *, configuration: Configuration, reader: Reader, desk: Desk, wait_seconds: float = 30
) -> Server:
    """Listen on this PC alone; pages of other origins are refused before a word is said."""
    agent = Agent(reader=reader, desk=desk, keys=configuration.keys, lock=Lock(), wait_seconds=wait_seconds)

    def speak(connection: ServerConnection) -> None:
        origin = connection.request.headers.get("Origin", "") if connection.request else ""
        try:
            converse(agent=agent, wire=_Page(connection), origin=origin)
        except ConnectionClosed:
            # Whose name or number it was is nobody's business: only that it happened.
            _log.info("a page went away before its card was read")

    return serve(
        speak,
        HOST,
        configuration.port,
        origins=list(configuration.keys),  # type: ignore[arg-type]
        max_size=LONGEST_MESSAGE,
        compression=None,
        server_header=None,
    )
