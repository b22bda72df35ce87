"""The keys of the cities: made once, readable by their owner only, gone when destroyed."""

import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from madoguchi.ledger import vault
from madoguchi.ledger.vault import keyring
from madoguchi.ledger.vault.keyring import KeyRing
from madoguchi.ledger.vault.providers import KEY_BYTES, LocalFileProvider, Unwrappable


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Keep the keys of this test in a folder of its own."""
    settings.MADOGUCHI = {
        **settings.MADOGUCHI,
        "KEY_STORE": tmp_path / "keys",
        "KEY_FILE": tmp_path / "wrapping.key",
    }
    vault.prepare_key_store()
    return tmp_path


def a_city() -> Any:
    return SimpleNamespace(uuid=uuid.uuid4(), code="402036")


def test_the_wrapping_key_is_for_its_owner_only_and_made_once(folder: Path) -> None:
    file = folder / "wrapping.key"
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    vault.prepare_key_store()
    assert file.read_bytes() == before
    assert [found.name for found in folder.iterdir() if found.name.startswith(".")] == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_wrapping_key_that_others_can_read_is_refused(folder: Path, mode: int) -> None:
    city = a_city()
    vault.create_city_key(city=city)
    (folder / "wrapping.key").chmod(mode)
    with pytest.raises(vault.UnsafeKeyFile):
        KeyRing().keys_of(city.uuid)


def test_a_missing_or_cut_wrapping_key_is_refused(folder: Path) -> None:
    file = folder / "wrapping.key"
    file.write_bytes(b"short")
    with pytest.raises(vault.UnsafeKeyFile):
        vault.create_city_key(city=a_city())
    file.unlink()
    with pytest.raises(vault.UnsafeKeyFile):
        vault.create_city_key(city=a_city())


def test_a_wrapped_key_opens_for_its_own_city_only(folder: Path) -> None:
    provider = LocalFileProvider(path=folder / "wrapping.key")
    ours, key = uuid.uuid4(), b"k" * KEY_BYTES
    wrapped = provider.wrap(key, city=ours)
    assert provider.unwrap(wrapped, city=ours) == key
    with pytest.raises(Unwrappable):
        provider.unwrap(wrapped, city=uuid.uuid4())
    with pytest.raises(Unwrappable):
        provider.unwrap(b"", city=ours)


def test_a_second_key_for_a_city_is_refused_and_the_first_stays(folder: Path) -> None:
    city = a_city()
    vault.create_city_key(city=city)
    (file,) = (folder / "keys" / str(city.uuid)).iterdir()
    before = file.read_bytes()
    with pytest.raises(vault.CityKeyExists):
        vault.create_city_key(city=city)
    assert [found.read_bytes() for found in file.parent.iterdir()] == [before]


def test_a_destroyed_key_is_gone_at_once(folder: Path) -> None:
    city = a_city()
    vault.create_city_key(city=city)
    keyring.KEYRING.keys_of(city.uuid)
    vault.delete_city_key(city=city)
    with pytest.raises(vault.CityKeyMissing):
        keyring.KEYRING.keys_of(city.uuid)
    vault.delete_city_key(city=city)
    vault.create_city_key(city=city)


def test_a_key_destroyed_elsewhere_is_forgotten_within_five_minutes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, ring, passed = a_city(), KeyRing(), [1_000.0]
    monkeypatch.setattr("madoguchi.ledger.vault.keyring.time.monotonic", lambda: passed[0])
    vault.create_city_key(city=city)
    ring.keys_of(city.uuid)
    vault.delete_city_key(city=city)
    passed[0] += 299
    ring.keys_of(city.uuid)
    passed[0] += 2
    with pytest.raises(vault.CityKeyMissing):
        ring.keys_of(city.uuid)


def test_a_newer_generation_seals_and_the_older_still_opens(folder: Path) -> None:
    city, row = a_city(), uuid.uuid4()
    vault.create_city_key(city=city)
    place = "residents_contact.sealed"
    first = KeyRing().keys_of(city.uuid)
    old = vault.Sealer(keys=first, place=place).seal({"name": "花子"}, row)
    wrapped = keyring.provider().wrap(b"n" * KEY_BYTES, city=city.uuid)
    (folder / "keys" / str(city.uuid) / "00002.key").write_bytes(wrapped)
    both = KeyRing().keys_of(city.uuid)
    assert (first.newest, both.newest) == (1, 2)
    assert both.index_key == first.index_key
    newer = vault.Sealer(keys=both, place=place)
    assert newer.open(old, row) == {"name": "花子"}
    with pytest.raises(vault.SealBroken):
        vault.Sealer(keys=first, place=place).open(newer.seal({"name": "花子"}, row), row)
