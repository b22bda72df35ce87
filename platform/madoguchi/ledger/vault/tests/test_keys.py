"""The keys of the cities: made once, readable by their owner only, gone when destroyed."""

import uuid
from datetime import UTC, datetime
from hashlib import sha256
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
    assert vault.begin_generation(city=city) == 2
    both = KeyRing().keys_of(city.uuid)
    assert (first.newest, both.newest) == (1, 2)
    assert both.index_key == first.index_key
    assert vault.Sealer(keys=both, place=place).open(old, row) == {"name": "花子"}


def test_a_process_that_does_not_know_the_newest_generation_learns_of_it(folder: Path) -> None:
    city, row = a_city(), uuid.uuid4()
    vault.create_city_key(city=city)
    late = vault.Sealer(keys=KeyRing().keys_of(city.uuid), place="residents_contact.sealed")
    vault.begin_generation(city=city)
    newer = vault.Sealer(keys=KeyRing().keys_of(city.uuid), place="residents_contact.sealed")
    assert late.open(newer.seal({"name": "花子"}, row), row) == {"name": "花子"}
    assert late.seal({}, row)[1:3] == b"\x00\x02"


def test_after_the_older_key_is_gone_its_values_are_too_but_not_what_is_found_by(folder: Path) -> None:
    city, row = a_city(), uuid.uuid4()
    vault.create_city_key(city=city)
    first = KeyRing().keys_of(city.uuid)
    old = vault.Sealer(keys=first, place="a.sealed").seal({"name": "花子"}, row)
    vault.begin_generation(city=city)
    assert vault.retire_generations(city=city) == [1]
    left = KeyRing().keys_of(city.uuid)
    assert (left.newest, left.index_key) == (2, first.index_key)
    with pytest.raises(vault.SealBroken):
        vault.Sealer(keys=left, place="a.sealed").open(old, row)
    assert vault.retire_generations(city=city) == []


def test_another_wrapping_key_takes_over_without_a_moment_in_which_nothing_opens(
    folder: Path, settings: Any
) -> None:
    cities = [a_city(), a_city()]
    for city in cities:
        vault.create_city_key(city=city)
    vault.begin_generation(city=cities[0])
    new = LocalFileProvider(path=folder / "next.key")
    new.prepare()
    before = [KeyRing().keys_of(city.uuid).index_key for city in cities]
    done, _already = vault.rewrap_keys(new=new)
    assert done == 4
    assert vault.rewrap_keys(new=new) == (0, 4), "begun again, it does nothing twice"
    settings.MADOGUCHI = {
        **settings.MADOGUCHI,
        "KEY_FILE": folder / "next.key",
        "FORMER_KEY_FILE": folder / "wrapping.key",
    }
    late = a_city()
    written = LocalFileProvider(path=folder / "wrapping.key").wrap(b"l" * KEY_BYTES, city=late.uuid)
    (folder / "keys" / str(late.uuid)).mkdir()
    (folder / "keys" / str(late.uuid) / "00001.key").write_bytes(written)
    assert KeyRing().keys_of(late.uuid).newest == 1, "wrapped by a process that had not changed yet"
    (folder / "wrapping.key").unlink()
    assert [KeyRing().keys_of(city.uuid).index_key for city in cities] == before


def test_what_is_destroyed_can_be_named_and_not_read(folder: Path) -> None:
    city, now = a_city(), datetime(2026, 11, 21, tzinfo=UTC)
    vault.create_city_key(city=city)
    vault.begin_generation(city=city)
    old = {file.name: file.read_bytes() for file in (folder / "keys" / str(city.uuid)).iterdir()}
    gone = vault.destroy_city_keys(city=city.uuid, now=now)
    assert (gone.city, gone.at) == (city.uuid, now)
    assert {key.name: key.fingerprint for key in gone.keys} == {
        name: sha256(content).hexdigest() for name, content in old.items()
    }
    assert not (folder / "keys" / str(city.uuid)).exists()
    assert vault.destroy_city_keys(city=city.uuid, now=now).keys == ()
