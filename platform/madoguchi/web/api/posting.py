"""Post one message to an address outside: https alone, to nobody inside our own walls, no redirects."""

import http.client
import socket
import ssl
import time
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid
from madoguchi.web.addresses import is_public

SECONDS: Final = 10
LONGEST_LINE: Final = 4096
PORTS: Final = frozenset({443, 8443})


class AddressRefused(Invalid):
    """The address is none that we send anything to."""

    code = "address_refused"
    message = _("https:// で始まる、庁外から見えるアドレスを入力してください。")


class NotTaken(Exception):
    """The other side did not take the message; it is worth another attempt."""


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent where."""

    address: str
    headers: dict[str, str]
    body: bytes


def read_address(address: str) -> SplitResult:
    """Read an address that a message may go to.

    Raises AddressRefused for plain http, names and passwords in the address, and unusual ports.
    """
    try:
        parts = urlsplit(address)
        port = parts.port or 443
    except ValueError as unreadable:
        raise AddressRefused from unreadable
    is_plain_name = parts.hostname and not parts.username and not parts.password and not parts.fragment
    is_port_known = port in PORTS or port in settings.MADOGUCHI["WEBHOOK_PORTS"]
    if parts.scheme != "https" or not is_plain_name or not is_port_known or not address.isascii():
        raise AddressRefused
    return parts


def refuse_inside(address: str) -> None:
    """Refuse an address that cannot be sent to, and one whose very number lies inside our walls.

    Raises AddressRefused. Where a name leads is looked at when something is sent.
    """
    host = read_address(address).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return
    if not _is_outside(host):
        raise AddressRefused


def send(post: Post) -> None:
    """Hand a message over.

    Raises AddressRefused for an address inside our walls, NotTaken when the other side did not take it.
    """
    parts = read_address(post.address)
    host, port = parts.hostname or "", parts.port or 443
    connection = http.client.HTTPSConnection(host, port, timeout=SECONDS)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.sock = _secured(_reached(host, port), host)
        connection.request("POST", target, body=post.body, headers=post.headers)
        status = _status(connection.sock, time.monotonic() + SECONDS)
    except (OSError, ValueError, http.client.HTTPException) as failure:
        raise NotTaken(type(failure).__name__) from failure
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotTaken(str(status))


def _status(answering: socket.socket, until: float) -> int:
    """Read the first line of an answer and no more of it.

    By hand, for the library's time begins anew with every byte: a server that drips its answer would hold
    a worker for as long as it likes.
    """
    read = bytearray()
    while b"\n" not in read:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        answering.settimeout(left)
        chunk = answering.recv(LONGEST_LINE)
        read += chunk
        if not chunk or len(read) > LONGEST_LINE:
            raise ValueError("no status")
    words = bytes(read).split(b"\n")[0].split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/1."):
        raise ValueError("no status")
    return int(words[1])


def _reached(host: str, port: int) -> socket.socket:
    """Connect to the very address that was looked at: a second look-up could answer another."""
    for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        peer = str(found[-1][0])
        if not _is_outside(peer):
            raise AddressRefused
        return socket.create_connection((peer, port), timeout=SECONDS)
    raise NotTaken("no address")


def _is_outside(peer: str) -> bool:
    address = ip_address(peer)
    listed = [ip_network(network) for network in settings.MADOGUCHI["WEBHOOK_NETWORKS"]]
    return is_public(peer) or any(address in network for network in listed)


def _secured(plain: socket.socket, host: str) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=settings.MADOGUCHI["WEBHOOK_CA_FILE"] or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(plain, server_hostname=host)
