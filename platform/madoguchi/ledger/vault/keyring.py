"""The keys of the cities: wrapped in a folder apart from the database, unwrapped for minutes."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from madoguchi.ledger.vault.providers import KEY_BYTES, KeyProvider, LocalFileProvider
from madoguchi.tenancy import City

FIRST_GENERATION = 1
CACHE_SECONDS = 300


class CityKeyExists(RuntimeError):
    """The city already has a key: a second one would make its data unreadable."""


class CityKeyMissing(RuntimeError):
    """The key store holds no key for this city or generation."""


@dataclass(frozen=True, slots=True)
class CityKeys:
    """What one city seals and indexes with."""

    city: UUID
    newest: int
    ciphers: dict[int, AESGCM]
    # Never rotated silently: an index under another key would find nobody.
    index_key: bytes


class KeyRing:
    """Unwrapped keys of cities, each forgotten after five minutes."""

    def __init__(self) -> None:
        self._held: dict[tuple[Path, UUID], tuple[float, CityKeys]] = {}

    def keys_of(self, city: UUID) -> CityKeys:
        """Give the keys of a city.

        Raises CityKeyMissing when the store has none.
        """
        place = (key_store(), city)
        held = self._held.get(place)
        if held is None or time.monotonic() - held[0] > CACHE_SECONDS:
            held = (time.monotonic(), _read_keys(city))
            self._held[place] = held
        return held[1]

    def forget(self, city: UUID) -> None:
        """Drop the keys of a city from memory."""
        self._held.pop((key_store(), city), None)


KEYRING = KeyRing()


def key_store() -> Path:
    """Name the folder that holds the wrapped keys."""
    return Path(settings.MADOGUCHI["KEY_STORE"])


def provider() -> KeyProvider:
    """Name whoever wraps and unwraps the keys of this installation."""
    return _local_provider()


def prepare_key_store() -> None:
    """Create the key store and the wrapping key unless they are there."""
    key_store().mkdir(mode=0o700, parents=True, exist_ok=True)
    _local_provider().prepare()


def create_city_key(*, city: City) -> None:
    """Make the first key of a new city.

    Raises CityKeyExists when it has one.
    """
    folder = _folder(city.uuid)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wrapped = provider().wrap(os.urandom(KEY_BYTES), city=city.uuid)
    target = _file(city.uuid, FIRST_GENERATION)
    draft = folder / f".draft.{os.getpid()}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(wrapped)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, target)
    except FileExistsError as refusal:
        raise CityKeyExists(f"city {city.code} already has a key") from refusal
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(folder)


def delete_city_key(*, city: City) -> None:
    """Destroy every key of a city: what it sealed can never be read again."""
    KEYRING.forget(city.uuid)
    folder = _folder(city.uuid)
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    _sync_folder(folder.parent)


def _local_provider() -> LocalFileProvider:
    path = settings.MADOGUCHI.get("KEY_FILE") or key_store() / "wrapping.key"
    return LocalFileProvider(path=Path(path))


def _read_keys(city: UUID) -> CityKeys:
    generations = sorted(int(file.stem) for file in _folder(city).glob("*.key"))
    if not generations:
        raise CityKeyMissing(f"no key for city {city}")
    keys = {
        generation: provider().unwrap(_file(city, generation).read_bytes(), city=city)
        for generation in generations
    }
    return CityKeys(
        city=city,
        newest=generations[-1],
        ciphers={
            generation: AESGCM(_derive(key, purpose=b"enc|" + city.bytes)) for generation, key in keys.items()
        },
        index_key=_derive(keys[generations[0]], purpose=b"idx|" + city.bytes),
    )


def _derive(key: bytes, *, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def _folder(city: UUID) -> Path:
    return key_store() / str(city)


def _file(city: UUID, generation: int) -> Path:
    return _folder(city) / f"{generation:05d}.key"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
