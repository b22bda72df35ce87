"""Sealed files in an object store that speaks S3: every city below its own UUID, as in a folder.

What lies there is encrypted before it leaves us, each file under a key of its own that the city's database
keeps sealed; the store and its backups hold nothing that anybody could read.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.storage import storages
from storages.backends.s3 import S3Storage

from madoguchi.tenancy import current_city

# What stores answer that keep no versions, or know of no uploads in parts.
UNKNOWN_ACTS = ("NotImplemented", "MethodNotAllowed", "UnsupportedOperation")
GONE = ("NoSuchKey", "404", "NotFound")


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

    def names_of(self, city: UUID, /) -> Iterator[str]:
        """List the names of a city's files."""
        prefix = self._prefix(city)
        for found in self.bucket.objects.filter(Prefix=prefix):
            yield str(found.key).removeprefix(prefix)

    def copy_out(self, *, city: UUID, name: str, to: Path) -> bool:
        """Copy a city's file into a folder of this machine; False where it has gone meanwhile."""
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.bucket.Object(self._prefix(city) + name).download_file(str(to))
        except ClientError as error:
            if _code(error) not in GONE:
                raise
            return False
        return True

    def put_back(self, *, city: UUID, name: str, content: Path) -> None:
        """Put a file of a city where it lay."""
        self.bucket.Object(self._prefix(city) + name).upload_file(str(content))

    def erase(self, city: UUID, /) -> int:
        """Delete all files of a city with their earlier versions and half uploads, and count the files.

        One by one: what deletes many at once differs from store to store.
        """
        prefix, erased = self._prefix(city), 0
        for upload in _known(self.bucket.multipart_uploads.filter(Prefix=prefix)):
            upload.abort()
        for version in _known(self.bucket.object_versions.filter(Prefix=prefix)):
            # A mark that something was deleted is no file, and goes as well.
            erased += version.size is not None
            version.delete()
        for found in self.bucket.objects.filter(Prefix=prefix):
            found.delete()
            erased += 1
        return erased

    def holds(self, city: UUID, /) -> bool:
        """Tell whether anything of a city is left, in whatever version."""
        prefix = self._prefix(city)
        left = (
            self.bucket.objects.filter(Prefix=prefix).limit(1),
            _known(self.bucket.object_versions.filter(Prefix=prefix).limit(1)),
            _known(self.bucket.multipart_uploads.filter(Prefix=prefix).limit(1)),
        )
        return any(True for found in left for _ in found)

    def _prefix(self, city: UUID) -> str:
        folder = str(self.location).strip("/")
        return f"{folder}/{city}/" if folder else f"{city}/"


def city_stores() -> Mapping[str, CityObjectStore]:
    """Name the object stores in which this installation keeps files of cities.

    A file of the store «scans» is named scans/…, so that it is known where it belongs wherever it is carried.
    """
    found = {alias: storages[alias] for alias in settings.STORAGES}
    return {alias: store for alias, store in found.items() if isinstance(store, CityObjectStore)}


def _known(asked: Any) -> Iterator[Any]:
    """Go through an answer; a store that does not know the question has nothing of the kind."""
    try:
        yield from asked
    except ClientError as error:
        if _code(error) not in UNKNOWN_ACTS:
            raise


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
