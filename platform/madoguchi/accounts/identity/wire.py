"""Asking the server of a directory: short, small, never a redirect, never our own machines.

An administrator of a city writes the address, so it must not become a way into our network: only public
addresses are asked, or those that the installation names.
"""

import http.client
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

SECONDS: Final = 5.0
MOST_BYTES: Final = 256 * 1024
CHUNK: Final = 16 * 1024


def ask(*, url: str, form: Mapping[str, str] | None = None, basic: str = "") -> dict[str, Any]:
    """Ask for a JSON object, with a form where one is given.

    Raises ProviderUnreachable for whatever goes wrong, within five seconds.
    """
    until = time.monotonic() + SECONDS
    try:
        connection = _connected(urlsplit(url), until)
        try:
            status, body = _answer(connection, urlsplit(url), form, basic, until)
        finally:
            connection.close()
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


def _connected(parts: SplitResult, until: float) -> http.client.HTTPConnection:
    address = _first_address(parts)
    if not _is_open(address, plain=parts.scheme == "http"):
        raise ProviderUnreachable(reason="network")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plain = socket.create_connection((address, port), timeout=_left(until))
    connection = http.client.HTTPConnection(parts.hostname or "", port)
    connection.sock = plain
    if parts.scheme == "https":
        # The name is checked against the certificate, the address is the one that was allowed.
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
    return connection


def _answer(
    connection: http.client.HTTPConnection,
    parts: SplitResult,
    form: Mapping[str, str] | None,
    basic: str,
    until: float,
) -> tuple[int, bytes]:
    headers = {"Accept": "application/json", "User-Agent": "Madoguchi", "Connection": "close"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if basic:
        headers["Authorization"] = f"Basic {basic}"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = urlencode(form) if form is not None else None
    connection.request("GET" if form is None else "POST", path, body=body, headers=headers)
    response = connection.getresponse()
    read = bytearray()
    # A server that drips its answer must not hold a worker for longer than any other.
    while chunk := response.read(CHUNK):
        read += chunk
        _left(until)
        if len(read) > MOST_BYTES:
            raise ValueError("too long")
    return response.status, bytes(read)


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
    return named or address.is_global
