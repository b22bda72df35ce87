"""The keys of the cities: wrapped in a folder apart from the database, unwrapped for minutes."""

import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from madoguchi.ledger.vault.providers import KEY_BYTES, KeyProvider, LocalFileProvider

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

    def renewed(self, city: UUID) -> CityKeys:
        """Read the keys of a city anew, because another process has begun a generation.

        Raises CityKeyMissing.
        """
        self.forget(city)
        return self.keys_of(city)

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


def city_folder(city: UUID) -> Path:
    """Name the folder that holds the keys of one city."""
    return key_store() / str(city)


def generation_file(city: UUID, generation: int) -> Path:
    """Name the file that holds one generation of a city's key."""
    return city_folder(city) / f"{generation:05d}.key"


def index_file(city: UUID) -> Path:
    """Name the file that holds the index key once the first generation may go."""
    return city_folder(city) / "index.key"


def generations_of(city: UUID) -> list[int]:
    """List the generations of a city's key that are held, oldest first."""
    return sorted(int(file.stem) for file in city_folder(city).glob("[0-9]*.key"))


def derived_index_key(key: bytes, city: UUID) -> bytes:
    """Derive from a city's first key what it indexes and signs with."""
    return _derive(key, purpose=b"idx|" + city.bytes)


def _local_provider() -> LocalFileProvider:
    path = settings.MADOGUCHI.get("KEY_FILE") or key_store() / "wrapping.key"
    former = settings.MADOGUCHI.get("FORMER_KEY_FILE") or None
    return LocalFileProvider(path=Path(path), former=Path(former) if former else None)


def _read_keys(city: UUID) -> CityKeys:
    generations = generations_of(city)
    if not generations:
        raise CityKeyMissing(f"no key for city {city}")
    keys = {
        generation: provider().unwrap(generation_file(city, generation).read_bytes(), city=city)
        for generation in generations
    }
    return CityKeys(
        city=city,
        newest=generations[-1],
        ciphers={
            generation: AESGCM(_derive(key, purpose=b"enc|" + city.bytes)) for generation, key in keys.items()
        },
        index_key=_index_key(city, keys[generations[0]]),
    )


def _index_key(city: UUID, first: bytes) -> bytes:
    file = index_file(city)
    if file.exists():
        return provider().unwrap(file.read_bytes(), city=city)
    return derived_index_key(first, city)


def _derive(key: bytes, *, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)
