"""Asking a site for a page the way a browser would, within a time."""

import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic
from urllib.parse import SplitResult, urlsplit

MOST_BYTES = 1_048_576
AGENT = "madoguchi-watch"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


class NoAnswer(Exception):
    """A site gave no whole answer; ``was_slow`` when it used up its time."""

    def __init__(self, reason: str, *, was_slow: bool = False) -> None:
        super().__init__(reason)
        self.was_slow = was_slow


def ask(url: str, *, at: str = "", seconds: float) -> Answer:
    """Get a page whole within so many seconds, from the site's own address or from a server inside.

    Raises NoAnswer when there is none, it comes too late or the certificate is wrong.
    """
    until = monotonic() + seconds
    parts = urlsplit(url)
    connection = _connection(parts, at=at, seconds=seconds)
    try:
        _send(connection, parts, at=at)
        return _receive(connection, until=until)
    except TimeoutError as error:
        raise NoAnswer("too slow", was_slow=True) from error
    except (OSError, HTTPException) as error:
        raise NoAnswer(type(error).__name__) from error
    finally:
        connection.close()


def _connection(parts: SplitResult, *, at: str, seconds: float) -> HTTPConnection:
    if at:
        return HTTPConnection(at, timeout=seconds)
    name = parts.hostname or ""
    # RFC 6761: these names are this machine, whether or not the resolver knows it.
    name = LOOPBACK if name == "localhost" or name.endswith(".localhost") else name
    if parts.scheme == "https":
        return HTTPSConnection(name, parts.port, timeout=seconds, context=ssl.create_default_context())
    return HTTPConnection(name, parts.port, timeout=seconds)


def _send(connection: HTTPConnection, parts: SplitResult, *, at: str) -> None:
    connection.putrequest("GET", parts.path or "/", skip_host=True)
    headers = {"Host": parts.netloc, "User-Agent": AGENT, "Accept-Language": "ja", "Connection": "close"}
    if at:
        headers["X-Forwarded-Proto"] = parts.scheme
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()


def _receive(connection: HTTPConnection, *, until: float) -> Answer:
    # The connection lets go of its socket once the answer begins.
    socket = connection.sock
    _set_time(socket, until)
    with connection.getresponse() as response:
        body = bytearray()
        while len(body) < MOST_BYTES:
            _set_time(socket, until)
            piece = response.read1(65_536)
            if not piece:
                break
            body += piece
        _set_time(socket, until)
        return Answer(response.status, bytes(body))


def _set_time(socket: object, until: float) -> None:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    socket.settimeout(left)  # type: ignore[attr-defined]
