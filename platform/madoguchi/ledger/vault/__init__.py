"""Personal data at rest: one key per city, every value bound to its city, column and row.

Public: everything in ``__all__``. A value moved to another row, column or city does not open.
"""

from madoguchi.ledger.vault.generations import (
    DestroyedKey,
    Destruction,
    begin_generation,
    create_city_key,
    delete_city_key,
    destroy_city_keys,
    retire_generations,
    rewrap_keys,
)
from madoguchi.ledger.vault.keyring import (
    CityKeyExists,
    CityKeyMissing,
    generations_of,
    prepare_key_store,
)
from madoguchi.ledger.vault.providers import UnsafeKeyFile
from madoguchi.ledger.vault.sealing import (
    SealBroken,
    Sealer,
    blind_index,
    indexer,
    open_sealed,
    seal,
    sealer,
    signature,
)

__all__ = [
    "CityKeyExists",
    "CityKeyMissing",
    "DestroyedKey",
    "Destruction",
    "SealBroken",
    "Sealer",
    "UnsafeKeyFile",
    "begin_generation",
    "blind_index",
    "create_city_key",
    "delete_city_key",
    "destroy_city_keys",
    "generations_of",
    "indexer",
    "open_sealed",
    "prepare_key_store",
    "retire_generations",
    "rewrap_keys",
    "seal",
    "sealer",
    "signature",
]
