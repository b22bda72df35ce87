"""Sealed files in an object store that speaks S3: every city below its own UUID, as in a folder.

What lies there is encrypted before it leaves us, each file under a key of its own that the city's database
keeps sealed; the store and its backups hold nothing that anybody could read.
"""

from typing import Any

from storages.backends.s3 import S3Storage

from madoguchi.tenancy import current_city


class CityObjectStore(S3Storage):  # type: ignore[misc]  # the SDK ships no types
    """A bucket that keeps every city's files apart; outside a city it has no place at all."""

    def _normalize_name(self, name: str) -> str:
        where: Any = super()._normalize_name(f"{current_city().uuid}/{name}")
        return str(where)

    def url(self, *_rest: Any, **_more: Any) -> str:
        """Refuse: files leave only through a page that asks who wants them.

        Raises NotImplementedError.
        """
        raise NotImplementedError("sealed files have no address")
