"""What a folder of files is, wherever it lies: its address, what it lists, and why it cannot be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

SECONDS: Final = 20
MOST_FILES: Final = 5_000
CHUNK: Final = 1 << 18


class ShareTrouble(Exception):
    """A folder cannot be used now: ``code`` says why, ``detail`` what was seen, nothing of it secret."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a folder is and how one gets in."""

    protocol: str
    host: str = ""
    port: int | None = None
    user: str = ""
    secret: str = ""
    """A password, or a private key in PEM."""
    host_key: str = ""
    """Fingerprint of the server's key as OpenSSH writes it: SHA256:…"""
    folder: str = "/"
    below: str = ""
    """The city's own folder on this machine."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A file as a folder lists it."""

    name: str
    size: int
    stamp: str = ""
    """When it was last written, as far as the server says."""


class FileShare(Protocol):
    """A folder somewhere."""

    def listing(self) -> Sequence[Lying]:
        """List the files that lie in the folder itself."""
        ...

    def read(self, name: str, *, largest: int) -> bytes:
        """Read one file of the folder.

        Raises ShareTrouble when it is larger than that.
        """
        ...


def refuse_a_way_out(name: str) -> None:
    """Refuse the name of a file that would lead out of its folder: whoever keeps the server names its files.

    Raises ShareTrouble.
    """
    if name in ("", ".", "..") or any(sign in name for sign in ("/", "\\", "\0")):
        raise ShareTrouble("name", name)
