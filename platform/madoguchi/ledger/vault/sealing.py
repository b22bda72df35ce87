"""Seal, open and index: AES-256-GCM, each value bound to its city, column and row.

A value is version(1) | key generation(2) | nonce(12) | ciphertext | tag(16).
"""

import hmac
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from struct import Struct
from typing import Any, ClassVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.ledger.values import JSON
from madoguchi.ledger.vault.keyring import KEYRING, CityKeys
from madoguchi.ledger.vault.providers import NONCE_BYTES
from madoguchi.tenancy import current_city, is_in_city

logger = logging.getLogger(__name__)

VERSION = 1
TAG_BYTES = 16
_HEADER = Struct(">BH")
_OVERHEAD = _HEADER.size + NONCE_BYTES + TAG_BYTES
# Made once: building an encoder per value doubles the cost of a bulk import.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

_decode = json.JSONDecoder().decode


class SealBroken(DomainError):
    """A sealed value was changed, moved or belongs to another city."""

    code: ClassVar[str] = "seal_broken"
    status: ClassVar[int] = 500
    message = _("保存されたデータを開けませんでした。システム管理者に連絡してください。")


class Sealer:
    """One column of one city: binds the key once, for rows by the hundred thousand."""

    def __init__(self, *, keys: CityKeys, place: str) -> None:
        if place.count(".") != 1:
            raise ValueError("a place is table.column")
        self._place = place
        self._tail = place.encode() + b"|" + keys.city.bytes
        self._bind(keys)

    def seal(self, fields: Mapping[str, JSON], row: UUID) -> bytes:
        """Encrypt one person's fields for one row."""
        nonce = os.urandom(NONCE_BYTES)
        bound = self._header + row.bytes + self._tail
        plain = _encode(fields).encode()
        return self._header + nonce + self._cipher.encrypt(nonce, plain, bound)

    def seal_many(self, rows: Iterable[tuple[UUID, Mapping[str, JSON]]]) -> Iterator[bytes]:
        """Encrypt a stream of rows, one at a time."""
        for row, fields in rows:
            yield self.seal(fields, row)

    def open(self, sealed: bytes | memoryview, row: UUID) -> dict[str, Any]:
        """Decrypt the fields of one row.

        Raises SealBroken when the value is not what this city sealed for this place and row.
        """
        opened: dict[str, Any] = _decode(self.open_text(sealed, row).decode())
        return opened

    def open_text(self, sealed: bytes | memoryview, row: UUID) -> bytes:
        """Decrypt one row as the JSON that was sealed, for whoever looks for a word in very many rows.

        Raises SealBroken.
        """
        try:
            return self._decrypt(bytes(sealed), row)
        except (InvalidTag, KeyError, ValueError) as refusal:
            logger.error("seal broken: city %s, %s, row %s", self._keys.city, self._place, row)
            _raise_alarm(place=self._place, row=row)
            raise SealBroken(place=self._place, row=str(row)) from refusal

    def open_texts(self, rows: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
        """Decrypt very many rows as the JSON that was sealed; each row is named by the bytes of its key.

        Raises SealBroken.
        """
        header, tail, decrypt = self._header, self._tail, self._cipher.decrypt
        start, body = len(header), len(header) + NONCE_BYTES
        for row, sealed in rows:
            if sealed[:start] == header:
                try:
                    yield row, decrypt(sealed[start:body], sealed[body:], header + row + tail)
                    continue
                except (InvalidTag, ValueError):
                    # What does not open is told in the one place that raises the alarm.
                    pass
            yield row, self.open_text(sealed, UUID(bytes=row))

    def _bind(self, keys: CityKeys) -> None:
        self._keys = keys
        self._header = _HEADER.pack(VERSION, keys.newest)
        self._cipher = keys.ciphers[keys.newest]

    def _decrypt(self, value: bytes, row: UUID) -> bytes:
        if len(value) < _OVERHEAD:
            raise ValueError("too short")
        header = value[: _HEADER.size]
        version, generation = _HEADER.unpack(header)
        if version != VERSION:
            raise ValueError("unknown version")
        body = value[_HEADER.size :]
        bound = header + row.bytes + self._tail
        if generation > self._keys.newest:
            self._bind(KEYRING.renewed(self._keys.city))
        cipher = self._keys.ciphers[generation]
        return cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], bound)


def _raise_alarm(*, place: str, row: UUID) -> None:
    """Tell whoever watches over the city; an alarm that fails must not hide what it tells of."""
    path = settings.MADOGUCHI.get("SEAL_ALARM")
    if not path or not is_in_city():
        return
    try:
        import_string(path)(place=place, row=row)
    except Exception:
        logger.exception("the alarm of a broken seal failed")


def sealer(*, place: str) -> Sealer:
    """Bind the current city's key to one column, for many rows."""
    return Sealer(keys=KEYRING.keys_of(current_city().uuid), place=place)


def seal(*, fields: Mapping[str, JSON], place: str, row: UUID) -> bytes:
    """Encrypt one person's fields for one row of the current city; place is table.column."""
    return sealer(place=place).seal(fields, row)


def open_sealed(*, sealed: bytes | memoryview, place: str, row: UUID) -> dict[str, Any]:
    """Decrypt the fields of one row of the current city.

    Raises SealBroken when the value is not what this city sealed for this place and row.
    """
    return sealer(place=place).open(sealed, row)


def signature(*, content: bytes, purpose: str, city: UUID) -> str:
    """Sign a file of a city with its key, so that only who holds the key could have written it.

    Raises CityKeyMissing.
    """
    return hmac.digest(KEYRING.keys_of(city).index_key, purpose.encode() + b"\0" + content, "sha256").hex()


def blind_index(*, value: str, purpose: str) -> bytes:
    """Turn a value into 32 bytes by which the current city finds it without reading it."""
    return indexer(purpose=purpose)(value)


def indexer(*, purpose: str) -> Callable[[str], bytes]:
    """Bind the current city's index key to one purpose, for many values."""
    key = KEYRING.keys_of(current_city().uuid).index_key
    head = purpose.encode() + b"\0"

    def index(value: str) -> bytes:
        return hmac.digest(key, head + value.encode(), "sha256")

    return index
