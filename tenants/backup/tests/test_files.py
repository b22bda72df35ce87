"""A city's files travel with it, whichever store they lie in, and come back to where they belong."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as current
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from madoguchi.tenancy import City, in_city
from madoguchi.web.object_store import city_stores
from madoguchi.web.tests.buckets import bucket, real_store, simulated_store
from tenants.backup import files

__all__ = ["bucket", "real_store", "simulated_store"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def media(home: City, tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The folder of media, with a logo."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = Path(current.MEDIA_ROOT) / str(home.uuid)
    folder.mkdir(parents=True)
    (folder / "logo.txt").write_text("印", encoding="utf-8")
    (folder / "key").symlink_to("/etc/passwd")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def lay(city: City, *names: str) -> None:
    with in_city(city):
        for name in names:
            storages["scans"].save(name, ContentFile(name.encode()))


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_files_of_both_stores_are_taken_along_and_brought_back(
    home: City, stranger: City, media: Path, bucket: Any, tmp_path: Path
) -> None:
    lay(home, "scans/aa/one", "scans/bb/two")
    lay(stranger, "scans/aa/other")
    there = tmp_path / "set"
    assert files.take_along(home, to=there) == 3
    assert names(there) == ["logo.txt", "scans/aa/one", "scans/bb/two"]
    assert (there / "scans/aa/one").read_bytes() == b"scans/aa/one"
    shutil.rmtree(media)
    assert files.erase(home.uuid) == 2
    assert files.left(home.uuid) == []
    files.bring_back(city=home.uuid, names=names(there), folder=there)
    assert names(media) == ["logo.txt"]
    assert sorted(city_stores()["scans"].names_of(home.uuid)) == ["scans/aa/one", "scans/bb/two"]
    with in_city(home), storages["scans"].open("scans/bb/two") as file:
        assert file.read() == b"scans/bb/two"
    assert list(city_stores()["scans"].names_of(stranger.uuid)) == ["scans/aa/other"]


def test_a_set_of_an_installation_with_a_bucket_is_read_by_one_without_and_the_reverse(
    home: City, media: Path, bucket: Any, tmp_path: Path, settings: Any
) -> None:
    lay(home, "scans/aa/one")
    there, again = tmp_path / "set", tmp_path / "again"
    files.take_along(home, to=there)
    with_bucket = settings.STORAGES
    settings.STORAGES = {**with_bucket, "scans": with_bucket["default"]}
    shutil.rmtree(media)
    files.bring_back(city=home.uuid, names=names(there), folder=there)
    assert names(media) == ["logo.txt", "scans/aa/one"]
    with in_city(home), storages["scans"].open("scans/aa/one") as file:
        assert file.read() == b"scans/aa/one"
    files.take_along(home, to=again)
    settings.STORAGES = with_bucket
    files.erase(home.uuid)
    shutil.rmtree(media)
    files.bring_back(city=home.uuid, names=names(again), folder=again)
    assert names(media) == ["logo.txt"]
    assert list(city_stores()["scans"].names_of(home.uuid)) == ["scans/aa/one"]


def test_what_a_city_still_has_is_never_written_over(
    home: City, media: Path, bucket: Any, tmp_path: Path
) -> None:
    lay(home, "scans/aa/one")
    there = tmp_path / "set"
    files.take_along(home, to=there)
    bucket.put_object(Key=f"{home.uuid}/scans/aa/one", Body=b"newer")
    (media / "logo.txt").write_text("新しい印", encoding="utf-8")
    files.bring_back(city=home.uuid, names=names(there), folder=there)
    assert bucket.Object(f"{home.uuid}/scans/aa/one").get()["Body"].read() == b"newer"
    assert (media / "logo.txt").read_text(encoding="utf-8") == "新しい印"


def test_a_name_of_no_store_or_out_of_the_folder_stops_the_export(
    home: City, media: Path, bucket: Any, tmp_path: Path
) -> None:
    bucket.put_object(Key=f"{home.uuid}/elsewhere/one", Body=b"x")
    with pytest.raises(ImproperlyConfigured):
        files.take_along(home, to=tmp_path / "set")
    bucket.Object(f"{home.uuid}/elsewhere/one").delete()
    bucket.put_object(Key=f"{home.uuid}/scans/../../out", Body=b"x")
    with pytest.raises(ImproperlyConfigured):
        files.take_along(home, to=tmp_path / "second")
    assert not (tmp_path / "out").exists()
