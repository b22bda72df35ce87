"""Where the pictures of pages lie: in the file store, each under a key of its own, sealed in its row."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from madoguchi.ledger import vault
from madoguchi.ledger.vault import envelopes
from plugins.card_management.models.scans import PAGE_SEALED

FOLDER: Final = "scans"
ALIAS: Final = "scans"
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A picture in the store: its name there, its size, and what its row must remember, sealed."""

    name: str
    size: int
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKey:
    """What opens one picture, and where on it a My Number was suspected."""

    page: UUID
    name: str
    key: str
    version: int
    boxes: tuple[Box, ...] = ()


def keep(*, page: UUID, content: bytes, version: int = 1, boxes: Iterable[Box] = ()) -> Kept:
    """Encrypt a picture and put it into the store."""
    bound = f"{page}-{version}"
    key, closed = envelopes.put_in(content=content, name=bound)
    # The store may give another name where an earlier attempt left a file behind.
    name = _store().save(f"{FOLDER}/{page.hex[:2]}/{bound}", ContentFile(closed))
    fields: dict[str, Any] = {"key": key, "version": version, "boxes": [list(each) for each in boxes]}
    return Kept(name=name, size=len(closed), sealed=vault.seal(fields=fields, place=PAGE_SEALED, row=page))


def key_of(*, page: UUID, name: str, sealed: bytes) -> PageKey:
    """Open what a page's row knows of its picture.

    Raises SealBroken.
    """
    fields = vault.open_sealed(sealed=sealed, place=PAGE_SEALED, row=page)
    boxes = tuple(tuple(each) for each in fields["boxes"])
    return PageKey(page=page, name=name, key=fields["key"], version=fields["version"], boxes=boxes)


def fetch(key: PageKey) -> bytes:
    """Take a picture out of the store.

    Raises SealBroken, and OSError where the store has it no more.
    """
    with _store().open(key.name) as file:
        return envelopes.take_out(key=key.key, stored=file.read(), name=f"{key.page}-{key.version}")


def drop(names: Iterable[str]) -> None:
    """Remove files whose keys are gone; what a store does not give up nobody can read any more."""
    for name in names:
        _store().delete(name)


def _store() -> Storage:
    return storages[ALIAS]
