"""Folders of a city on other machines, through fsspec: what lies there, and the content of one file.

A server is asked only inside the networks that the installation names, over an address that was looked up
once; an SFTP server only with the host key that somebody confirmed. A folder on this machine always lies
below the city's own.
"""

import ftplib
import posixpath
import re
import socket
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import StringIO
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import fsspec
import paramiko
from django.conf import settings

from plugins.card_management.adapters import smb_shares
from plugins.card_management.adapters.file_places import (
    CHUNK,
    MOST_FILES,
    SECONDS,
    Address,
    FileShare,
    Lying,
    ShareTrouble,
    refuse_a_way_out,
)


class _FsspecShare:
    def __init__(self, system: Any, folder: str) -> None:
        self._system = system
        self._folder = folder

    def listing(self) -> Sequence[Lying]:
        with _explained():
            self._system.invalidate_cache()
            found = self._system.ls(self._folder, detail=True)
        if len(found) > MOST_FILES:
            raise ShareTrouble("crowded", str(len(found)))
        files = [entry for entry in found if entry.get("type") == "file"]
        return sorted(
            (_lying(entry) for entry in files),
            key=lambda lying: lying.name,
        )

    def read(self, name: str, *, largest: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        refuse_a_way_out(name)
        with _explained(), self._system.open(posixpath.join(self._folder, name), "rb") as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > largest:
                    raise ShareTrouble("too_large", str(largest))
                parts.append(chunk)
        return b"".join(parts)


def _lying(entry: Mapping[str, Any]) -> Lying:
    written = entry.get("mtime") or entry.get("modify") or ""
    return Lying(posixpath.basename(entry["name"].rstrip("/")), int(entry["size"] or 0), str(written))


class _LocalShare(_FsspecShare):
    def __init__(self, below: Path, folder: str) -> None:
        self._below = below.resolve()
        wanted = (self._below / folder.lstrip("/")).resolve()
        if not wanted.is_relative_to(self._below):
            raise ShareTrouble("outside", folder)
        super().__init__(fsspec.filesystem("file", skip_instance_cache=True), str(wanted))

    def read(self, name: str, *, largest: int) -> bytes:
        refuse_a_way_out(name)
        if not Path(self._folder, name).resolve().is_relative_to(self._below):
            raise ShareTrouble("outside", name)
        return super().read(name, largest=largest)


class _PinnedKey(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    """Goes on only where the server shows the key that somebody confirmed."""

    def __init__(self, expected: str) -> None:
        self._expected = expected

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        shown = f"SHA256:{b64encode(sha256(key.asbytes()).digest()).decode().rstrip('=')}"
        if not self._expected:
            raise ShareTrouble("host_key_unknown", shown)
        if shown != self._expected:
            raise ShareTrouble("host_key_changed", shown)


@contextmanager
def opened(address: Address, /) -> Iterator[FileShare]:
    """Open a folder for a moment.

    Raises ShareTrouble.
    """
    if address.protocol == "folder":
        if not address.below:
            raise ShareTrouble("no_folder")
        yield _LocalShare(Path(address.below), address.folder)
        return
    numeric = _allowed_address(address)
    if address.protocol == "smb":
        with smb_shares.opened(address, numeric=numeric) as share:
            yield share
        return
    with _explained():
        system = _connect(address, numeric)
    try:
        yield _FsspecShare(system, address.folder or "/")
    finally:
        _close(system)


def _connect(address: Address, numeric: str) -> Any:
    if address.protocol == "ftp":
        return fsspec.filesystem(
            "ftp",
            host=numeric,
            port=address.port or ftplib.FTP_PORT,
            username=address.user,
            password=address.secret,
            timeout=SECONDS,
            skip_instance_cache=True,
        )
    if address.protocol == "sftp":
        return fsspec.filesystem(
            "sftp",
            host=numeric,
            port=address.port or 22,
            username=address.user,
            **_credentials(address.secret),
            timeout=SECONDS,
            banner_timeout=SECONDS,
            auth_timeout=SECONDS,
            look_for_keys=False,
            allow_agent=False,
            host_key_policy=_PinnedKey(address.host_key),
            skip_instance_cache=True,
        )
    raise ShareTrouble("protocol", address.protocol)


def _credentials(secret: str) -> dict[str, Any]:
    if "PRIVATE KEY" not in secret:
        return {"password": secret}
    key = _with_lines(secret)
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with suppress(paramiko.SSHException, ValueError):
            return {"pkey": kind.from_private_key(StringIO(key))}
    raise ShareTrouble("private_key")


def _with_lines(key: str) -> str:
    """Write a key in lines again: a field of one line glues them together."""
    found = re.fullmatch(r"\s*(-----BEGIN [A-Z ]+-----)(.*?)(-----END [A-Z ]+-----)\s*", key, re.DOTALL)
    if found is None:
        return key
    body = "".join(found[2].split())
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join((found[1], *lines, found[3], ""))


def _close(system: Any) -> None:
    for name in ("ftp", "client"):
        part = getattr(system, name, None)
        if part is not None:
            with suppress(Exception):
                part.close()


def _allowed_address(address: Address) -> str:
    """Look the server up, and see that it stands in a network that may be asked."""
    try:
        found = socket.getaddrinfo(address.host, address.port or 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ShareTrouble("host_unknown", address.host) from error
    numeric = str(found[0][4][0]).partition("%")[0]
    networks = settings.MADOGUCHI["FILE_NETWORKS"]
    if not any(ip_address(numeric) in ip_network(network) for network in networks):
        raise ShareTrouble("network", numeric)
    return numeric


@contextmanager
def _explained() -> Iterator[None]:
    """Say in one code what the many libraries raise."""
    try:
        yield
    except ShareTrouble:
        raise
    except (paramiko.AuthenticationException, ftplib.error_perm) as error:
        is_missing = isinstance(error, ftplib.error_perm) and str(error).startswith("550")
        raise ShareTrouble("not_found" if is_missing else "sign_in") from error
    except FileNotFoundError as error:
        raise ShareTrouble("not_found") from error
    except PermissionError as error:
        raise ShareTrouble("forbidden") from error
    except ValueError as error:
        # A name that the protocol cannot carry, or one in another encoding than UTF-8.
        raise ShareTrouble("names", type(error).__name__) from error
    except (OSError, EOFError, ftplib.Error, paramiko.SSHException) as error:
        raise ShareTrouble("unreachable", type(error).__name__) from error
