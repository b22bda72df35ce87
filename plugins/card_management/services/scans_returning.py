"""Scanned paper as the city gets it back: every picture opened, named by document and page."""

from collections.abc import Iterator
from typing import Final

from madoguchi.hooks.sealed_files import OpenedFile
from plugins.card_management.models.scans import ScanPage
from plugins.card_management.services import scans_store

ENDINGS: Final = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpg"), (b"II*\0", "tif"), (b"MM\0*", "tif"))
FETCHED: Final = 200


def opened() -> Iterator[OpenedFile]:
    """Go through the pictures of all pages.

    Raises SealBroken.
    """
    pages = ScanPage.objects.order_by("document", "position").iterator(chunk_size=FETCHED)
    for page in pages:
        key = scans_store.key_of(page=page.id, name=page.stored_as, sealed=bytes(page.sealed))
        try:
            content = scans_store.fetch(key)
        except FileNotFoundError:
            continue
        ending = next((ending for start, ending in ENDINGS if content.startswith(start)), "bin")
        name = f"{scans_store.FOLDER}/{page.document_id}/{page.position:03}.{ending}"
        yield OpenedFile(stored_as=page.stored_as, name=name, content=content)
