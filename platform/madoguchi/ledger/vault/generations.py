"""Making, renewing and destroying the keys of cities: for whoever may write to the key store."""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from madoguchi.ledger.vault.keyring import (
    FIRST_GENERATION,
    KEYRING,
    CityKeyExists,
    CityKeyMissing,
    city_folder,
    derived_index_key,
    generation_file,
    generations_of,
    index_file,
    key_store,
    provider,
)
from madoguchi.ledger.vault.providers import KEY_BYTES, KeyProvider, Unwrappable
from madoguchi.tenancy import City

LAST_GENERATION: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class DestroyedKey:
    """One key that is gone: how it can be recognised in an old copy of the store, and nothing of itself."""

    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Destruction:
    """What was destroyed of a city's keys, for the certificate."""

    city: UUID
    at: datetime
    keys: tuple[DestroyedKey, ...]


def create_city_key(*, city: City) -> None:
    """Make the first key of a new city.

    Raises CityKeyExists when it has one.
    """
    city_folder(city.uuid).mkdir(mode=0o700, parents=True, exist_ok=True)
    wrapped = provider().wrap(os.urandom(KEY_BYTES), city=city.uuid)
    try:
        _write_once(generation_file(city.uuid, FIRST_GENERATION), wrapped)
    except FileExistsError as refusal:
        raise CityKeyExists(f"city {city.code} already has a key") from refusal


def begin_generation(*, city: City) -> int:
    """Make a newer key for a city: what is sealed from now on is sealed with it; tell its number.

    Raises CityKeyMissing for a city without a key.
    """
    held = generations_of(city.uuid)
    if not held:
        raise CityKeyMissing(f"no key for city {city.uuid}")
    _keep_index_key(city.uuid, held[0])
    newest = held[-1] + 1
    if newest > LAST_GENERATION:
        raise OverflowError("a city has 65,535 generations of its key at most")
    _write_once(generation_file(city.uuid, newest), provider().wrap(os.urandom(KEY_BYTES), city=city.uuid))
    KEYRING.forget(city.uuid)
    return newest


def retire_generations(*, city: City) -> list[int]:
    """Destroy every key of a city but the newest; whatever an older one sealed can never be read again.

    Whoever calls this has made sure that nothing is left: see ``rotation.remaining``.
    """
    held = generations_of(city.uuid)
    if len(held) > 1:
        _keep_index_key(city.uuid, held[0])
    for generation in held[:-1]:
        generation_file(city.uuid, generation).unlink()
    KEYRING.forget(city.uuid)
    if held:
        _sync_folder(city_folder(city.uuid))
    return held[:-1]


def destroy_city_keys(*, city: UUID, now: datetime) -> Destruction:
    """Destroy every key of a city and tell what is gone: what it sealed can never be read again."""
    KEYRING.forget(city)
    folder = city_folder(city)
    if not folder.is_dir():
        return Destruction(city=city, at=now, keys=())
    gone = []
    for file in sorted(folder.iterdir()):
        fingerprint = hashlib.sha256(file.read_bytes()).hexdigest()
        _overwrite(file)
        file.unlink()
        gone.append(DestroyedKey(name=file.name, fingerprint=fingerprint))
    folder.rmdir()
    _sync_folder(folder.parent)
    return Destruction(city=city, at=now, keys=tuple(gone))


def delete_city_key(*, city: City) -> None:
    """Take back the key of a city whose making failed."""
    folder = city_folder(city.uuid)
    KEYRING.forget(city.uuid)
    if folder.is_dir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        _sync_folder(folder.parent)


def rewrap_keys(*, new: KeyProvider) -> tuple[int, int]:
    """Wrap every key of every city with another wrapping key; count those done now and those done before.

    It may be stopped and begun again: a file is replaced as a whole or not at all.
    """
    done = before = 0
    for folder in sorted(each for each in key_store().iterdir() if each.is_dir()):
        city = UUID(folder.name)
        for file in sorted(folder.glob("*.key")):
            wrapped = file.read_bytes()
            try:
                new.unwrap(wrapped, city=city)
                before += 1
            except Unwrappable:
                _replace(file, new.wrap(provider().unwrap(wrapped, city=city), city=city))
                done += 1
    return done, before


def _keep_index_key(city: UUID, first: int) -> None:
    """Keep the index key apart before the generation it comes from may go."""
    if index_file(city).exists():
        return
    key = provider().unwrap(generation_file(city, first).read_bytes(), city=city)
    _write_once(index_file(city), provider().wrap(derived_index_key(key, city), city=city))


def _write_once(target: Path, content: bytes) -> None:
    draft = _draft(target, content)
    try:
        # A link never replaces: of two processes at once, the first key stays.
        os.link(draft, target)
    finally:
        draft.unlink()
    _sync_folder(target.parent)


def _replace(target: Path, content: bytes) -> None:
    draft = _draft(target, content)
    draft.replace(target)
    _sync_folder(target.parent)


def _draft(target: Path, content: bytes) -> Path:
    draft = target.with_name(f".draft.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _overwrite(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.write(os.urandom(size))
        opened.flush()
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
