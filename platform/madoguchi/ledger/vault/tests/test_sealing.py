"""What one city sealed for one row opens there and nowhere else."""

import dataclasses
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from madoguchi.ledger import vault
from madoguchi.ledger.vault import keyring
from madoguchi.ledger.vault.sealing import Sealer

PLACE = "residents_contact.sealed"
OTHER_PLACE = "card_management_card.sealed"
TARO = {"name": "𠮷田 太郎", "email": "taro@example.jp", "floors": [1, 2], "note": None}


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Path:
    """Keep the keys of this test in a folder of its own."""
    settings.MADOGUCHI = {
        **settings.MADOGUCHI,
        "KEY_STORE": tmp_path / "keys",
        "KEY_FILE": tmp_path / "wrapping.key",
    }
    vault.prepare_key_store()
    return tmp_path / "keys"


def new_city() -> Any:
    city = SimpleNamespace(uuid=uuid.uuid4(), code="402036")
    vault.create_city_key(city=city)
    return city


def sealer_of(city: Any, place: str = PLACE) -> Sealer:
    return Sealer(keys=keyring.KeyRing().keys_of(city.uuid), place=place)


def test_what_was_sealed_opens_again(store: Path) -> None:
    city, row = new_city(), uuid.uuid4()
    sealed = sealer_of(city).seal(TARO, row)
    assert sealer_of(city).open(sealed, row) == TARO
    assert sealer_of(city).open(memoryview(sealed), row) == TARO


def test_nothing_readable_is_stored_and_the_overhead_is_31_bytes(store: Path) -> None:
    sealed = sealer_of(new_city()).seal({"name": "YAMADA"}, uuid.uuid4())
    assert b"YAMADA" not in sealed
    assert len(sealed) == len('{"name":"YAMADA"}') + 31


def test_the_same_person_never_looks_the_same_twice(store: Path) -> None:
    city, row = new_city(), uuid.uuid4()
    assert sealer_of(city).seal(TARO, row) != sealer_of(city).seal(TARO, row)


def test_a_value_moved_to_another_row_does_not_open(store: Path) -> None:
    city = new_city()
    sealed = sealer_of(city).seal(TARO, uuid.uuid4())
    with pytest.raises(vault.SealBroken):
        sealer_of(city).open(sealed, uuid.uuid4())


def test_a_value_moved_to_another_column_does_not_open(store: Path) -> None:
    city, row = new_city(), uuid.uuid4()
    sealed = sealer_of(city).seal(TARO, row)
    with pytest.raises(vault.SealBroken):
        sealer_of(city, OTHER_PLACE).open(sealed, row)


def test_a_value_moved_to_another_city_does_not_open(store: Path) -> None:
    row = uuid.uuid4()
    sealed = sealer_of(new_city()).seal(TARO, row)
    with pytest.raises(vault.SealBroken):
        sealer_of(new_city()).open(sealed, row)


def test_even_a_copied_key_does_not_open_another_citys_value(store: Path) -> None:
    ours, row = new_city(), uuid.uuid4()
    keys = keyring.KeyRing().keys_of(ours.uuid)
    sealed = Sealer(keys=keys, place=PLACE).seal(TARO, row)
    stolen = dataclasses.replace(keys, city=uuid.uuid4())
    with pytest.raises(vault.SealBroken):
        Sealer(keys=stolen, place=PLACE).open(sealed, row)


@pytest.mark.parametrize("position", [0, 1, 2, 3, 14, 15, 20, -1])
def test_a_single_changed_bit_is_noticed(store: Path, position: int) -> None:
    city, row = new_city(), uuid.uuid4()
    changed = bytearray(sealer_of(city).seal(TARO, row))
    changed[position] ^= 1
    with pytest.raises(vault.SealBroken):
        sealer_of(city).open(bytes(changed), row)


@pytest.mark.parametrize("length", [0, 1, 3, 30])
def test_a_cut_value_is_noticed(store: Path, length: int) -> None:
    city, row = new_city(), uuid.uuid4()
    with pytest.raises(vault.SealBroken):
        sealer_of(city).open(sealer_of(city).seal(TARO, row)[:length], row)


def test_the_error_shows_neither_the_value_nor_the_ciphertext(store: Path) -> None:
    city, row = new_city(), uuid.uuid4()
    sealed = sealer_of(city).seal(TARO, row)
    with pytest.raises(vault.SealBroken) as broken:
        sealer_of(city).open(sealed, uuid.uuid4())
    assert "太郎" not in str(broken.value)
    assert set(broken.value.details) == {"place", "row"}


def test_a_stream_of_rows_is_sealed_one_by_one(store: Path) -> None:
    city = new_city()
    rows = [(uuid.uuid4(), {"number": number}) for number in range(3)]
    sealed = list(sealer_of(city).seal_many(iter(rows)))
    assert [sealer_of(city).open(value, row) for value, (row, _) in zip(sealed, rows, strict=True)] == [
        fields for _, fields in rows
    ]


def test_a_place_that_is_not_a_column_is_refused(store: Path) -> None:
    with pytest.raises(ValueError):
        sealer_of(new_city(), "contact")


def test_very_many_rows_open_as_text_and_a_moved_one_raises_the_alarm(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    city, rows = new_city(), [uuid.uuid4(), uuid.uuid4()]
    sealed = [sealer_of(city).seal({"n": number}, row) for number, row in enumerate(rows)]
    vault.begin_generation(city=city)
    rows.append(uuid.uuid4())
    sealed.append(sealer_of(city).seal({"n": 2}, rows[2]))
    keys = [row.bytes for row in rows]
    opened = dict(sealer_of(city).open_texts(zip(keys, sealed, strict=True)))
    assert opened == {key: f'{{"n":{number}}}'.encode() for number, key in enumerate(keys)}
    with pytest.raises(vault.SealBroken):
        list(sealer_of(city).open_texts([(keys[2], sealed[1])]))
    with pytest.raises(vault.SealBroken):
        list(sealer_of(city).open_texts([(keys[2], sealed[2][:20])]))
    assert str(rows[2]) in caplog.text
