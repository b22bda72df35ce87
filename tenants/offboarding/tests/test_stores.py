"""A city's files in object stores go with it: given back opened, and none is left when it is erased."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from madoguchi import clock
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.sealed_files import OpenedFile, SealedFiles
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.tenancy import City, in_city
from madoguchi.testing.keys import copy_of_the_keys
from madoguchi.web.tests.buckets import bucket, real_store, simulated_store
from tenants.offboarding import erasing, returning
from tenants.offboarding.tests.test_offboarding import agree, end_of, leaving
from tenants.tests.owner import owner

__all__ = ["bucket", "leaving", "owner", "real_store", "simulated_store"]
# Roles belong to the whole server: two workers must not make or drop the same one at once.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("roles")]


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a key store of its own: other workers' cities live by the same keys."""
    own = copy_of_the_keys(store=Path(settings.MADOGUCHI["KEY_STORE"]), to=tmp_path / "keys")
    monkeypatch.setitem(settings.MADOGUCHI, "KEY_STORE", own)


def lay(city: City, *names: str) -> None:
    with in_city(city):
        for name in names:
            storages["scans"].save(name, ContentFile(b"closed"))


def test_nothing_of_an_erased_city_is_left_in_a_bucket_and_all_of_its_neighbours_is(
    owner: None, leaving: City, home: City, bucket: Any
) -> None:
    bucket.Versioning().enable()
    lay(leaving, "scans/aa/one", "scans/bb/two")
    lay(home, "scans/aa/one")
    with in_city(leaving):
        storages["scans"].delete("scans/bb/two")
    agree(leaving)
    row = erasing.erase_city(end=end_of(leaving), now=clock.now())
    assert erasing.leftovers(city=row.city, schema_name=row.schema_name) == []
    assert row.files >= 2
    assert [each.object_key for each in bucket.object_versions.all()] == [f"{home.uuid}/scans/aa/one"]


def test_a_store_that_cannot_be_reached_keeps_the_erasing_open_until_it_can(
    owner: None, leaving: City, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(leaving, "scans/aa/one")
    agree(leaving)
    with monkeypatch.context() as broken:

        def away(*_args: Any) -> int:
            raise ConnectionError("the store is away")

        broken.setattr("madoguchi.web.object_store.CityObjectStore.erase", away)
        with pytest.raises(ConnectionError):
            erasing.erase_city(end=end_of(leaving), now=clock.now())
    left = erasing.leftovers(city=leaving.uuid, schema_name=leaving.schema_name)
    assert left == ["keys", "files in the store scans"]
    row = erasing.erase_city(end=end_of(leaving), now=clock.now())
    assert erasing.leftovers(city=row.city, schema_name=row.schema_name) == []


def test_sealed_files_go_back_to_the_city_as_they_can_be_read(
    leaving: City, bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(leaving, "scans/aa/one", "scans/aa/lost")

    def opened() -> Iterator[OpenedFile]:
        yield OpenedFile(stored_as="scans/aa/one", name="scans/paper/001.png", content=b"open")

    monkeypatch.setattr(plugins, "declared_by", lambda hook: (("tests", SealedFiles(opened=opened)),))
    folder = tmp_path / "return"
    returning.return_city(city=leaving, folder=folder, actor=SYSTEM, now=clock.now())
    assert (folder / "media" / "scans" / "paper" / "001.png").read_bytes() == b"open"
    # What nobody could open is given back as it lay; the sealed set holds everything closed.
    found = {str(each.relative_to(folder)) for each in folder.rglob("scans/aa/*")}
    assert found == {"media/scans/aa/lost", "set/media/scans/aa/lost", "set/media/scans/aa/one"}
