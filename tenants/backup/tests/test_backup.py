"""A city's backup set is its own: one snapshot, nothing of another city, and it comes back as it was."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from psycopg import sql

from madoguchi import clock
from madoguchi.database.base import role_of
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.residents import queries as addresses
from madoguchi.residents import services as residents
from madoguchi.residents.models import Contact
from madoguchi.tenancy import City, directory, find_city, in_city
from madoguchi.testing import database
from madoguchi.testing.sources import ROOT
from madoguchi.web.media import CityStorage
from tenants.backup import exporting, manifest

# Roles belong to the whole server: two workers must not make or drop the same one at once.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("roles")]
EMAIL = "hanako.midorikawa@resident.example"


@pytest.fixture
def contact(home: City) -> uuid.UUID:
    """Somebody who lives in the home city."""
    with in_city(home):
        return residents.contact_for(email=EMAIL, language="ja", now=clock.now())


@pytest.fixture
def backup(home: City, contact: uuid.UUID, tmp_path: Path) -> Path:
    """The home city's backup set."""
    folder = tmp_path / "backup"
    exporting.export_city(city=home, folder=folder, now=clock.now())
    return folder


@pytest.fixture
def media(home: City) -> Iterator[Path]:
    """A file of the home city."""
    folder = Path(settings.MEDIA_ROOT) / str(home.uuid)
    # What other tests of this worker put on pages would go into the backup, too.
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "map.txt").write_text("地図", encoding="utf-8")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def manage(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the owner."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        env={**os.environ, "MADOGUCHI_DATABASE_MODE": "owner", **environment},
        capture_output=True,
        text=True,
    )


def drop_schema(city: City) -> None:
    """Lose a city's schema."""
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute(f"DROP SCHEMA {city.schema_name} CASCADE")


def one(question: str) -> Any:
    """Ask the current city for one value."""
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def test_a_city_lost_with_its_schema_comes_back_as_it_was(
    home: City, contact: uuid.UUID, media: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    with in_city(home):
        audit.record(actor=SYSTEM, action="tests.kept", object_type="t", object_ids=["1"], now=clock.now())
    before = exporting.export_city(city=home, folder=folder, now=clock.now())
    assert before.rows > 500
    rehearsed = manage("restore_city", str(folder), "--drill")
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert f"rehearsed {before.rows} rows" in rehearsed.stdout

    refused = manage("restore_city", str(folder))
    assert refused.returncode != 0
    assert f"{home.schema_name} exists already: nothing was changed" in refused.stderr

    drop_schema(home)
    shutil.rmtree(media)
    restored = manage("restore_city", str(folder))
    assert restored.returncode == 0, restored.stderr
    directory().forget()  # type: ignore[attr-defined]
    connection.close()
    again = exporting.export_city(city=home, folder=tmp_path / "again", now=clock.now())
    assert [again.tables, again.sequences, again.public, again.media] == [
        before.tables,
        before.sequences,
        before.public,
        before.media,
    ]
    with in_city(home):
        assert addresses.address_of(contact).email == EMAIL
        assert AuditEntry.objects.filter(action="tests.kept").count() == 1
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            one("DELETE FROM audit_auditentry RETURNING 1")
        residents.contact_for(email="new@resident.example", language="ja", now=clock.now())
        assert Contact.objects.count() == 2
    assert Client().get("/", headers={"host": "midori.localhost"}).status_code == 200


def test_the_set_is_one_snapshot(home: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is written while the tables are read is in none of them."""
    real, is_first = exporting.copy_out, [True]

    def copy_and_write(session: Any, table: str, names: Any, folder: Any) -> Any:
        found = real(session, table, names, folder)
        if is_first.pop() if is_first else False:
            with in_city(home):
                residents.contact_for(email="late@resident.example", language="ja", now=clock.now())
        return found

    monkeypatch.setattr(exporting, "copy_out", copy_and_write)
    before = count(home)
    found = exporting.export_city(city=home, folder=tmp_path / "backup", now=clock.now())
    assert count(home) == before + 1
    assert {table.name: table.rows for table in found.tables}["residents_contact"] == before


def count(city: City) -> int:
    """Count the contacts of a city."""
    with in_city(city):
        return Contact.objects.count()


def test_what_is_sealed_stays_sealed_and_no_key_goes_along(backup: Path, home: City) -> None:
    content = b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    assert EMAIL.encode() not in content
    assert home.name.encode() in content, "the positive control: what is public can be read"
    keys = Path(settings.MADOGUCHI["KEY_STORE"]) / str(home.uuid)
    assert [file for file in keys.iterdir() if file.read_bytes() in content] == []


def test_nothing_of_another_city_is_in_the_set(home: City, stranger: City, tmp_path: Path) -> None:
    with in_city(stranger):
        theirs = residents.contact_for(email="ichiro@resident.example", language="ja", now=clock.now())
    exporting.export_city(city=home, folder=tmp_path / "backup", now=clock.now())
    content = b"".join(path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file())
    for word in (str(theirs), stranger.name, stranger.code, stranger.schema_name, str(stranger.uuid)):
        assert word.encode() not in content
    assert home.code.encode() in content


def test_a_set_is_for_its_owners_eyes_and_never_written_over(backup: Path, home: City) -> None:
    assert oct(backup.stat().st_mode)[-3:] == "700"
    with pytest.raises(exporting.FolderInUse):
        exporting.export_city(city=home, folder=backup, now=clock.now())


def test_an_export_that_fails_leaves_no_folder(
    home: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise OSError("no space left on device")

    monkeypatch.setattr(manifest, "write", broken)
    with pytest.raises(OSError, match="no space"):
        exporting.export_city(city=home, folder=tmp_path / "backup", now=clock.now())
    assert list(tmp_path.iterdir()) == []


def change_a_row(folder: Path) -> None:
    """Forge one row of a table."""
    path = manifest.table_file(folder, "places_place")
    path.write_bytes(path.read_bytes().replace("みどり".encode(), "かすみ".encode(), 1))


def change_the_manifest(folder: Path) -> None:
    """Say that somebody else's rows are the city's."""
    path = folder / manifest.FILE
    path.write_text(path.read_text(encoding="utf-8").replace("999997", "999989"), encoding="utf-8")


def lose_a_file(folder: Path) -> None:
    """Lose the rows of a table."""
    manifest.table_file(folder, "places_place").unlink()


def write_another_format(folder: Path) -> None:
    """Pretend that a later release wrote it."""
    reseal(folder, format=2)


def reseal(folder: Path, **changes: Any) -> None:
    """Say something else and seal it again, as whoever holds the key can."""
    content = json.loads((folder / manifest.FILE).read_text(encoding="utf-8")) | changes
    for name in (manifest.FILE, manifest.SEAL):
        (folder / name).unlink()
    text = json.dumps(content).encode()
    manifest.write_file(folder / manifest.FILE, text)
    sealed = vault.signature(content=text, purpose=manifest.PURPOSE, city=find_city(code="999997").uuid)
    manifest.write_file(folder / manifest.SEAL, sealed.encode())


def seal_without_the_key(folder: Path) -> None:
    """Change a row and everything that can be computed without the city's key."""
    change_a_row(folder)
    path = manifest.table_file(folder, "places_place")
    content = json.loads((folder / manifest.FILE).read_text(encoding="utf-8"))
    for table in content["tables"]:
        if table["name"] == "places_place":
            table["sha256"] = manifest.hash_of(path)
    (folder / manifest.FILE).write_text(json.dumps(content), encoding="utf-8")
    sealed = hashlib.sha256((folder / manifest.FILE).read_bytes()).hexdigest()
    (folder / manifest.SEAL).write_text(sealed, encoding="ascii")


def write_nonsense(folder: Path) -> None:
    """Leave a manifest that nobody can read."""
    (folder / manifest.FILE).write_text("[1, 2", encoding="utf-8")


def enter_another_schema(folder: Path) -> None:
    """Name a schema that is not the city's."""
    reseal(folder, schema_name="c_999989")


def enter_another_folder(folder: Path) -> None:
    """Name a folder for the files that is not the city's."""
    reseal(folder, uuid="../../elsewhere")


def take_a_host(folder: Path) -> None:
    """Enter a host for somebody else."""
    public = json.loads((folder / manifest.FILE).read_text(encoding="utf-8"))["public"]
    public["tenants_domain"].append({**public["tenants_domain"][0], "tenant_id": str(uuid.uuid4())})
    reseal(folder, public=public)


def lead_out_of_the_folder(folder: Path) -> None:
    """Put a link in the place of a file."""
    secret = folder.parent / "secret"
    secret.write_text("key", encoding="utf-8")
    manifest.media_folder(folder).mkdir(exist_ok=True)
    (manifest.media_folder(folder) / "map.txt").symlink_to(secret)
    reseal(folder, media={"map.txt": manifest.hash_of(secret)})


@pytest.mark.parametrize(
    "spoil",
    [
        *(change_a_row, change_the_manifest, lose_a_file, write_another_format, write_nonsense),
        seal_without_the_key,
        *(enter_another_schema, enter_another_folder, take_a_host, lead_out_of_the_folder),
    ],
)
def test_a_set_that_was_changed_is_refused_before_anything_is_made(backup: Path, spoil: Any) -> None:
    assert manifest.read(backup).code == "999997"
    spoil(backup)
    with pytest.raises(manifest.BrokenBackup):
        manifest.read(backup)


def test_the_numbers_of_another_city_stay(home: City, stranger: City, backup: Path) -> None:
    content = json.loads((backup / manifest.FILE).read_text(encoding="utf-8"))
    content["sequences"][0]["name"] = f'{stranger.schema_name}"."{content["sequences"][0]["name"]}'
    reseal(backup, sequences=content["sequences"])
    refused = manage("restore_city", str(backup), "--drill")
    assert "differs: sequences" in refused.stderr


def test_a_link_among_the_files_takes_nothing_along(home: City, media: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("key", encoding="utf-8")
    (media / "images" / "link.txt").symlink_to(tmp_path / "secret")
    found = exporting.export_city(city=home, folder=tmp_path / "backup", now=clock.now())
    assert list(found.media) == ["images/map.txt"]
    assert not (manifest.media_folder(tmp_path / "backup") / "images" / "link.txt").exists()


def test_one_city_takes_no_longer_than_it_needs(home: City, tmp_path: Path) -> None:
    """Reading a small city's rows is a matter of hundredths of a second, not of a dump of everything."""
    exporting.export_city(city=home, folder=tmp_path / "warm", now=clock.now())
    began = time.perf_counter()
    exporting.export_city(city=home, folder=tmp_path / "backup", now=clock.now())
    assert time.perf_counter() - began < 1.0


@pytest.fixture
def own_database(home: City, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An installation that nobody shares: its own empty database, and the key of this one city."""
    names = database.databases()
    name = sql.Identifier(f"{names.own}_alone")
    with psycopg.connect(names.admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                name, sql.Identifier(database.OWNER), sql.Identifier(names.migrated)
            )
        )
        keys = tmp_path / "keys"
        shutil.copytree(Path(settings.MADOGUCHI["KEY_STORE"]) / str(home.uuid), keys / str(home.uuid))
        yield {**names.environment(f"{names.own}_alone"), "MADOGUCHI_KEY_STORE": str(keys)}
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


SERVED = """
from django.test import Client
from madoguchi.residents import queries
from madoguchi.tenancy import directory, in_city
[city] = directory().all()
with in_city(city):
    print(queries.address_of(__import__("uuid").UUID("{contact}")).email)
page = Client(headers={{"host": "midori.localhost"}}).get("/")
print(page.status_code, city.name in page.content.decode())
print(Client(headers={{"host": "kasumi.localhost"}}).get("/").status_code)
"""


@pytest.mark.req("KUR-79")
def test_a_city_shares_nothing_and_can_have_a_database_of_its_own(
    home: City, stranger: City, contact: uuid.UUID, backup: Path, own_database: dict[str, str]
) -> None:
    assert home.schema_name != stranger.schema_name
    assert role_of(home.schema_name) != role_of(stranger.schema_name)
    with in_city(home):
        assert one(f"SELECT count(*) FROM {home.schema_name}.accounts_role") > 0
        assert one("SELECT current_user") == role_of(home.schema_name)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            one(f"SELECT count(*) FROM {stranger.schema_name}.accounts_role")
        sealed = vault.seal(fields={"name": "緑川"}, place="test.sealed", row=contact)
        assert vault.open_sealed(sealed=sealed, place="test.sealed", row=contact) == {"name": "緑川"}
        own_folder = CityStorage().location
    with in_city(stranger):
        assert one("SELECT count(*) FROM accounts_role") > 0
        assert CityStorage().location != own_folder
        with pytest.raises(vault.SealBroken):
            vault.open_sealed(sealed=sealed, place="test.sealed", row=contact)

    moved = manage("restore_city", str(backup), **own_database)
    assert moved.returncode == 0, moved.stderr
    served = manage(
        "shell", "-v0", "-c", SERVED.format(contact=contact), **own_database, MADOGUCHI_DATABASE_MODE="app"
    )
    assert served.stdout.split() == [EMAIL, "200", "True", "404"], served.stderr


def test_the_command_names_a_city_that_is_not_there(tmp_path: Path) -> None:
    refused = manage("export_city", "000001", str(tmp_path / "x"), MADOGUCHI_DATABASE_MODE="app")
    assert refused.returncode != 0
    assert not (tmp_path / "x").exists()
