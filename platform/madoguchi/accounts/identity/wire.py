"""Asking the server of a directory: short, small, never a redirect, never our own machines.

An administrator of a city writes the address, so it must not become a way into our network: only public
addresses are asked, or those that the installation names.
"""

import http.client
import io
import json
import socket
import ssl
import time
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any, Final
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings

from madoguchi.accounts.identity.errors import ProviderUnreachable
from madoguchi.web.addresses import is_public

SECONDS: Final = 5.0
MOST_BYTES: Final = 256 * 1024
CHUNK: Final = 16 * 1024


def ask(*, url: str, form: Mapping[str, str] | None = None, basic: str = "") -> dict[str, Any]:
    """Ask for a JSON object, with a form where one is given.

    Raises ProviderUnreachable for whatever goes wrong, within five seconds.
    """
    until = time.monotonic() + SECONDS
    try:
        request = _request(urlsplit(url), form, basic)
        with _connected(urlsplit(url), until) as connection:
            status, body = _answer(connection, request, until)
        content = json.loads(body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ProviderUnreachable(reason=type(error).__name__) from error
    if status != http.client.OK or not isinstance(content, dict):
        reason = content.get("error", "") if isinstance(content, dict) else ""
        raise ProviderUnreachable(reason=f"{status} {str(reason)[:60]}".strip())
    return content


def ensure_askable(url: str) -> None:
    """Check the form of an address before anything is kept.

    Raises ProviderUnreachable.
    """
    parts = urlsplit(url)
    is_whole = bool(parts.hostname) and not parts.username and not parts.fragment
    if parts.scheme not in ("https", "http") or not is_whole:
        raise ProviderUnreachable(reason="address")
    if parts.scheme == "http" and not _is_open(_first_address(parts), plain=True):
        raise ProviderUnreachable(reason="http")


def _connected(parts: SplitResult, until: float) -> socket.socket:
    address = _first_address(parts)
    if not _is_open(address, plain=parts.scheme == "http"):
        raise ProviderUnreachable(reason="network")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plain = socket.create_connection((address, port), timeout=_left(until))
    if parts.scheme == "http":
        return plain
    # The name is checked against the certificate, the address is the one that was allowed.
    return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)


def _request(parts: SplitResult, form: Mapping[str, str] | None, basic: str) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = urlencode(form).encode() if form is not None else b""
    lines = [
        f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Accept: application/json",
        "User-Agent: Madoguchi",
        "Connection: close",
        *(
            ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}")
            if form is not None
            else ()
        ),
        *((f"Authorization: Basic {basic}",) if basic else ()),
    ]
    if any("\r" in line or "\n" in line or not line.isascii() for line in lines):
        raise ValueError("address")
    return "\r\n".join((*lines, "", "")).encode() + body


def _answer(connection: socket.socket, request: bytes, until: float) -> tuple[int, bytes]:
    connection.sendall(request)
    read = bytearray()
    # Read by hand, for the library's time begins anew with every byte: a server that drips its answer
    # must not hold a worker for longer than any other.
    while True:
        connection.settimeout(_left(until))
        chunk = connection.recv(CHUNK)
        if not chunk:
            break
        read += chunk
        if len(read) > MOST_BYTES:
            raise ValueError("too long")
    response = http.client.HTTPResponse(_Read(bytes(read)))  # type: ignore[arg-type]
    response.begin()
    return response.status, response.read()


class _Read:
    """What was read, in the shape in which the library parses it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, mode: str) -> io.BytesIO:
        """Give the whole answer as a file."""
        return io.BytesIO(self._content)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _first_address(parts: SplitResult) -> str:
    try:
        port = parts.port or 443
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise ProviderUnreachable(reason="name") from error
    return str(found[0][4][0])


def _is_open(text: str, *, plain: bool) -> bool:
    """Tell whether an address may be asked: public ones over TLS, others where the installation says so."""
    address = ip_address(text.partition("%")[0])
    named = any(address in ip_network(network) for network in settings.MADOGUCHI["PROVIDER_NETWORKS"])
    if plain:
        return named and address.is_loopback
    return named or is_public(str(address))
