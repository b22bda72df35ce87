"""Files of cities in a bucket: each city's apart, found again, and gone for good with their versions."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from madoguchi.tenancy import City, in_city
from madoguchi.web.object_store import city_stores
from madoguchi.web.tests.buckets import bucket, real_store, simulated_store

__all__ = ["bucket", "real_store", "simulated_store"]
pytestmark = pytest.mark.django_db


def lay(city: City, *names: str, content: bytes = b"closed") -> None:
    with in_city(city):
        for name in names:
            storages["scans"].save(name, ContentFile(content))


def test_a_file_is_kept_below_its_city_found_and_deleted(home: City, stranger: City, bucket: Any) -> None:
    lay(home, "scans/aa/one")
    assert [each.key for each in bucket.objects.all()] == [f"{home.uuid}/scans/aa/one"]
    with in_city(home), storages["scans"].open("scans/aa/one") as file:
        assert file.read() == b"closed"
    with in_city(stranger):
        assert not storages["scans"].exists("scans/aa/one")
        with pytest.raises(FileNotFoundError):
            storages["scans"].open("scans/aa/one").read()
    with in_city(home):
        storages["scans"].delete("scans/aa/one")
        assert not storages["scans"].exists("scans/aa/one")


def test_a_large_file_goes_up_and_comes_down_whole(home: City, bucket: Any, tmp_path: Path) -> None:
    content = bytes(range(256)) * 80_000
    lay(home, "scans/large", content=content)
    store = city_stores()["scans"]
    assert store.copy_out(city=home.uuid, name="scans/large", to=tmp_path / "a" / "large")
    assert (tmp_path / "a" / "large").read_bytes() == content
    assert not store.copy_out(city=home.uuid, name="scans/none", to=tmp_path / "none")
    store.put_back(city=home.uuid, name="scans/again", content=tmp_path / "a" / "large")
    assert sorted(store.names_of(home.uuid)) == ["scans/again", "scans/large"]


@pytest.mark.parametrize("is_versioned", [False, True], ids=["plain", "versioned"])
def test_a_city_is_erased_with_all_versions_and_nobody_else_is(
    home: City, stranger: City, bucket: Any, is_versioned: bool
) -> None:
    if is_versioned:
        bucket.Versioning().enable()
    lay(home, "scans/a", "scans/b", "scans/c")
    lay(stranger, "scans/a")
    bucket.put_object(Key=f"{home.uuid}/scans/a", Body=b"newer")
    with in_city(home):
        storages["scans"].delete("scans/b")
    half = bucket.Object(f"{home.uuid}/scans/half").initiate_multipart_upload()
    half.Part(1).upload(Body=b"half")
    store = city_stores()["scans"]
    assert store.holds(home.uuid)
    assert store.erase(home.uuid) >= (4 if is_versioned else 2)
    assert not store.holds(home.uuid)
    assert store.erase(home.uuid) == 0
    assert list(store.names_of(stranger.uuid)) == ["scans/a"]
    assert [each.object_key for each in bucket.object_versions.all()] == [f"{stranger.uuid}/scans/a"]


def test_no_address_of_a_sealed_file_is_ever_given(home: City, bucket: Any) -> None:
    lay(home, "scans/a")
    with in_city(home), pytest.raises(NotImplementedError):
        storages["scans"].url("scans/a")
