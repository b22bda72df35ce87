"""Data at rest: sealed in the columns, closed on the disk, and the keys can be renewed (DAI-13)."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from deploy.local import postgres
from deploy.local.layout import Layout
from madoguchi import clock
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.vault import disks
from madoguchi.residents import services as residents
from madoguchi.residents.models import Contact
from madoguchi.residents.queries import address_of
from madoguchi.tenancy import City, directory, in_city
from tenants.keys import rotating
from tests.canaries.disk import Disk, encrypted_disk

EMAIL = "kanaria-on-the-disk@resident.example"


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A disk in a folder that the database's own user may enter; only root can make one."""
    if os.getuid() != 0:
        pytest.skip("only root makes disks")
    monkeypatch.setenv("MADOGUCHI_POSTGRES", "wheel")
    where = Path("/tmp") / f"madoguchi-disk-{uuid4().hex}"
    where.mkdir(mode=0o755)
    try:
        with encrypted_disk(where) as made:
            yield made
    finally:
        shutil.rmtree(where, ignore_errors=True)


def rows_of(city: City) -> list[str]:
    """Read a city's contacts as whoever has the raw database does: every column, as text."""
    with in_city(city), connection.cursor() as cursor:
        cursor.execute("SELECT contact::text FROM residents_contact AS contact")
        return [line for (line,) in cursor.fetchall()]


def clear(text: str) -> bool:
    return EMAIL in text or EMAIL.encode().hex() in text


def sealed_of(city: City, person: UUID) -> bytes:
    with in_city(city):
        return bytes(Contact.objects.get(id=person).email)


def stored(disk: Disk, *, in_the_open: str, rows: list[str]) -> None:
    """Keep rows in a real PostgreSQL whose data directory lies in the encrypted folder."""
    layout = Layout(var=disk.closed / "var")
    layout.make()
    server = postgres.start(layout=layout, binaries=postgres.find_binaries(layout=layout))
    try:
        assert disks.standing(server.home.cluster).seen == "fscrypt"
        with psycopg.connect(server.dsn(), autocommit=True) as session:
            session.execute("CREATE TABLE kept (line text)")
            for line in (*rows, in_the_open):
                session.execute("INSERT INTO kept VALUES (%s)", [line])
            session.execute("CHECKPOINT")
    finally:
        postgres.stop(server)


def renewed(city: City) -> None:
    """Begin a newer key and seal every row of a city with it."""
    with in_city(directory().operators()):
        rotating.begin(city=city, actor=SYSTEM, now=clock.now())
    rotating.reseal(city=city, actor=SYSTEM, tell=lambda done, total: None, now=clock.now())
    assert rotating.left(city=city) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("DAI-13")
def test_what_names_people_is_sealed_by_each_citys_key_on_an_encrypted_disk_and_keys_are_renewed(
    home: City, stranger: City, disk: Disk
) -> None:
    with in_city(home):
        person = residents.contact_for(email=EMAIL, language="ja", now=clock.now())
    # Whoever selects from the raw database sees cipher text, which the key of another city does not open.
    assert rows_of(home)
    assert not any(clear(line) for line in rows_of(home))
    before = sealed_of(home, person)
    with in_city(stranger), pytest.raises(vault.SealBroken):
        vault.open_sealed(sealed=before, place="residents_contact.email", row=person)
    # A newer key: other cipher text, the same address.
    renewed(home)
    assert sealed_of(home, person) != before
    assert not any(clear(line) for line in rows_of(home))
    with in_city(home):
        assert address_of(person).email == EMAIL
    # And on the disk below the database nothing can be read at all, not even what stands in open columns.
    stored(disk, in_the_open=EMAIL, rows=rows_of(home))
    disk.lock()
    assert not disk.holds(EMAIL.encode())
    assert not disk.holds(b"PG_VERSION")
    # Switched on again without the key there is no database, and with it everything is there.
    disk.mount()
    assert not (disk.closed / "var").exists()
    disk.unlock()
    shutil.copytree(disk.closed / "var", disk.point / "open")
    disk.lock()
    # The same files beside it, not encrypted: the search does find what can be found.
    assert disk.holds(EMAIL.encode())
    assert disk.holds(b"PG_VERSION")


def test_the_look_at_a_folder_tells_an_encrypted_one_from_one_beside_it(disk: Disk) -> None:
    assert disks.standing(disk.closed) == disks.Standing(is_encrypted=True, seen="fscrypt")
    assert disks.standing(disk.point) == disks.Standing(is_encrypted=False, seen="ext4")
    disk.lock()
    disk.mount()
    # Locked, it is still an encrypted folder.
    assert disks.standing(disk.closed).is_encrypted
