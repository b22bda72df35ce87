"""Who wraps the keys of the cities: a file on this machine, later a key service."""

import os
import stat
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class UnsafeKeyFile(RuntimeError):
    """The file of the wrapping key is missing, damaged or readable by others."""


class Unwrappable(Exception):
    """This provider cannot unwrap this key for this city."""


class KeyProvider(Protocol):
    """Whoever keeps the wrapping key and never lets it out."""

    def wrap(self, key: bytes, *, city: UUID) -> bytes: ...

    def unwrap(self, wrapped: bytes, *, city: UUID) -> bytes: ...


class LocalFileProvider:
    """A wrapping key in one file that only its owner may read.

    While a new one takes its place, the former still opens what it wrapped.
    """

    def __init__(self, *, path: Path, former: Path | None = None) -> None:
        self._path = path
        self._former = former

    def prepare(self) -> None:
        """Create the key file unless it is there."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            # A link never replaces: of two starts at once, the first key stays.
            os.link(draft, self._path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    def wrap(self, key: bytes, *, city: UUID) -> bytes:
        """Encrypt a city's key so that it opens for that city only."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + _cipher_in(self._path).encrypt(nonce, key, city.bytes)

    def unwrap(self, wrapped: bytes, *, city: UUID) -> bytes:
        """Give back the key of a city.

        Raises Unwrappable for another city's key or a damaged one.
        """
        try:
            return _opened(wrapped, city=city, path=self._path)
        except Unwrappable:
            if self._former is None:
                raise
        return _opened(wrapped, city=city, path=self._former)


def _opened(wrapped: bytes, *, city: UUID, path: Path) -> bytes:
    try:
        return _cipher_in(path).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], city.bytes)
    except (InvalidTag, ValueError) as refusal:
        raise Unwrappable from refusal


def _cipher_in(path: Path) -> AESGCM:
    try:
        status = path.stat()
        key = path.read_bytes()
    except FileNotFoundError as absence:
        raise UnsafeKeyFile(f"no wrapping key at {path}") from absence
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise UnsafeKeyFile(f"{path} is readable by others: chmod 600")
    if len(key) != KEY_BYTES:
        raise UnsafeKeyFile(f"{path} does not hold a key of {KEY_BYTES} bytes")
    return AESGCM(key)
