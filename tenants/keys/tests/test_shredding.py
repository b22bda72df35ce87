"""What a city sealed cannot be read again once its keys are gone, not even from a dump of before."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from madoguchi.ledger import vault
from madoguchi.ledger.vault import keyring
from madoguchi.residents.queries import EMAIL
from madoguchi.residents.tests.factories import ContactFactory
from madoguchi.tenancy import City, in_city
from madoguchi.testing import database
from tenants.keys import safekeeping

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MAIL = "hanako@resident.example"


def _program(name: str) -> str:
    return shutil.which(name, path=os.environ.get("MADOGUCHI_PG_BIN") or None) or name


def _address(name: str) -> str:
    return urlsplit(database.databases().admin_url)._replace(path=f"/{name}").geturl()


@pytest.fixture
def restored(home: City, store: Path, tmp_path: Path) -> Iterator[tuple[UUID, bytes]]:
    """A contact as it comes out of a real dump, restored into another database."""
    with in_city(home):
        contact = ContactFactory.create(email=MAIL).id
    names = database.databases()
    file = tmp_path / "city.dump"
    wanted = ("--format=custom", "--schema", home.schema_name, "--file", str(file))
    subprocess.run([_program("pg_dump"), *wanted, _address(names.own)], check=True)
    assert MAIL.encode() not in file.read_bytes()
    name = f"{names.own}_back"
    with psycopg.connect(names.admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        back = [_program("pg_restore"), "--no-privileges", "--dbname", _address(name), str(file)]
        subprocess.run(back, check=True)
        with psycopg.connect(_address(name)) as old:
            table = sql.Identifier(home.schema_name, "residents_contact")
            row = old.execute(sql.SQL("SELECT email FROM {} WHERE id = %s").format(table), [contact])
            found = row.fetchone()
        assert found is not None
        yield contact, bytes(found[0])
    finally:
        with psycopg.connect(names.admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _read(home: City, restored: tuple[UUID, bytes]) -> object:
    keyring.KEYRING.forget(home.uuid)
    with in_city(home):
        return vault.open_sealed(sealed=restored[1], place=EMAIL, row=restored[0])["email"]


def test_an_old_dump_opens_with_the_keys_and_never_without(
    home: City, store: Path, restored: tuple[UUID, bytes], tmp_path: Path
) -> None:
    assert _read(home, restored) == MAIL
    copy = safekeeping.copy_store(to=tmp_path / "copies", now=NOW)
    gone = vault.destroy_city_keys(city=home.uuid, now=NOW)
    assert [key.name for key in gone.keys] == ["00001.key"]
    with pytest.raises(vault.CityKeyMissing):
        _read(home, restored)

    shutil.copytree(copy / str(home.uuid), store / str(home.uuid))
    assert _read(home, restored) == MAIL, "a copy of the keys that still lives would open it"
    vault.destroy_city_keys(city=home.uuid, now=NOW)

    ends = safekeeping.last_copy_ends(destroyed_at=NOW)
    later = ends + timedelta(minutes=1)
    assert safekeeping.forget_old(folder=tmp_path / "copies", now=ends) == []
    assert safekeeping.forget_old(folder=tmp_path / "copies", now=later) == [copy.name]
    assert list((tmp_path / "copies").rglob("*.key")) == []
    with pytest.raises(vault.CityKeyMissing):
        _read(home, restored)


def test_copies_of_keys_never_lie_beside_what_they_open(store: Path, settings: Any) -> None:
    for place in (store / "copies", Path(settings.MADOGUCHI["JOURNAL"]) / "x", Path(settings.MEDIA_ROOT)):
        with pytest.raises(safekeeping.UnsafePlace):
            safekeeping.copy_store(to=place, now=NOW)


def test_a_copy_holds_every_key_and_is_for_its_owner_only(store: Path, home: City, tmp_path: Path) -> None:
    made = safekeeping.copy_store(to=tmp_path / "copies", now=NOW)
    assert made.stat().st_mode & 0o777 == 0o700
    assert {file.relative_to(made) for file in made.rglob("*.key")} == {
        file.relative_to(store) for file in store.rglob("*.key")
    }
    newer = safekeeping.copy_store(to=tmp_path / "copies", now=NOW + timedelta(days=8))
    assert [each.name for each in (tmp_path / "copies").iterdir()] == [newer.name]
