"""The end of a contract: given back whole, erased for good by two people, certified, never readable again."""

import csv
import hashlib
import json
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection as django_connection
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import staff_actor
from madoguchi.approvals import services as approvals
from madoguchi.approvals.errors import SamePerson
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.residents import services as residents
from madoguchi.tenancy import City, directory, find_city, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from madoguchi.testing.keys import copy_of_the_keys
from tenants.backup import exporting
from tenants.backup.manifest import BrokenBackup
from tenants.backup.restoring import restore_city
from tenants.backup.tests.test_backup import manage
from tenants.models import CityErasure
from tenants.offboarding import asking, erasing, returning
from tenants.tests.owner import as_the_application, owner

__all__ = ["owner"]
# Roles belong to the whole server: two workers must not make or drop the same one at once.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("roles")]
EMAIL = "kanaria@resident.example"


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a key store of its own: other workers' cities live by the same keys."""
    own = copy_of_the_keys(store=Path(settings.MADOGUCHI["KEY_STORE"]), to=tmp_path / "keys")
    monkeypatch.setitem(settings.MADOGUCHI, "KEY_STORE", own)
    # For commands that run as processes of their own.
    monkeypatch.setenv("MADOGUCHI_KEY_STORE", str(own))


@pytest.fixture
def leaving(stranger: City) -> City:
    """A city that has been closed, with somebody's address and a file in it."""
    with in_city(stranger):
        residents.contact_for(email=EMAIL, language="ja", now=clock.now())
    folder = Path(settings.MEDIA_ROOT) / str(stranger.uuid)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "logo.txt").write_text("印", encoding="utf-8")
    put("closed", stranger.code)
    return find_city(code=stranger.code)


def put(state: str, code: str) -> None:
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as connection:
        connection.execute("UPDATE tenants_city SET state = %s WHERE code = %s", [state, code])
    directory().forget()  # type: ignore[attr-defined]


def two_operators() -> tuple[Staff, Staff]:
    with in_city(directory().operators()):
        first: Staff = StaffFactory.create(roles=["operator_admin"], name="運用 一郎")
        second: Staff = StaffFactory.create(roles=["operator_admin"], name="運用 二郎")
    return first, second


def agreement() -> asking.Agreement:
    """Write down that the city agreed today to what it was handed yesterday."""
    today = clock.today()
    return asking.Agreement(
        document="6市民第123号", agreed_on=today, handed_over_on=today - timedelta(days=1)
    )


def agree(city: City) -> None:
    """Have one operator ask and another approve."""
    first, second = two_operators()
    with in_city(directory().operators()):
        asked = asking.ask(
            city=city,
            reason="契約の終了",
            agreement=agreement(),
            actor=staff_actor(first),
            now=clock.now(),
        )
        with pytest.raises(SamePerson):
            approvals.approve(request_id=asked, staff=first, now=clock.now())
        approvals.approve(request_id=asked, staff=second, now=clock.now())


def end_of(city: City, *, returned: Path | None = None) -> erasing.End:
    return erasing.End(
        code=city.code,
        backups_until=clock.today() + timedelta(days=35),
        returned=returned,
        actor=SYSTEM,
    )


@pytest.mark.req("KUM-04")
def test_a_city_is_erased_for_good_and_an_old_backup_of_it_never_opens_again(
    owner: None, leaving: City, home: City, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    exporting.export_city(city=leaving, folder=backup, now=clock.now())
    paper = tmp_path / "certificate.pdf"
    command = ("erase_city", leaving.code, f"--returned={backup}", f"--certificate={paper}")
    until = f"--backups-until={clock.today() + timedelta(days=35)}"
    with pytest.raises(CommandError, match="もう1人の承認"):
        call_command(*command, until)
    assert erasing.leftovers(city=leaving.uuid, schema_name=leaving.schema_name)
    agree(leaving)
    call_command(*command, until)
    row = CityErasure.objects.get()
    assert paper.read_bytes() == bytes(row.certificate or b"")
    assert erasing.leftovers(city=row.city, schema_name=row.schema_name) == []
    assert (row.asked_by, row.approved_by) == ("運用 一郎", "運用 二郎")
    assert row.rows > 0
    assert row.files >= 1
    assert len(row.keys) >= 1
    assert bytes(row.certificate or b"").startswith(b"%PDF")
    with pytest.raises(BrokenBackup, match="key"):
        restore_city(folder=backup)
    # Neither does another city's life end with it.
    with in_city(home):
        residents.contact_for(email=EMAIL, language="ja", now=clock.now())
    with in_city(directory().operators()):
        assert AuditEntry.objects.filter(action="tenants.city_erased", object_ids=[leaving.code]).exists()


def test_an_erasing_that_was_broken_off_goes_on_without_asking_again(
    owner: None, leaving: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(leaving)

    def pulled(*args: Any, **named: Any) -> Any:
        raise OSError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(vault, "destroy_city_keys", pulled)
        with pytest.raises(OSError, match="power cut"):
            erasing.erase_city(end=end_of(leaving), now=clock.now())
    assert erasing.leftovers(city=leaving.uuid, schema_name=leaving.schema_name) == ["keys"]
    row = erasing.erase_city(end=end_of(leaving), now=clock.now())
    assert row.finished_at is not None
    assert erasing.leftovers(city=row.city, schema_name=row.schema_name) == []


def test_a_city_that_is_open_or_another_citys_set_is_refused(
    owner: None, leaving: City, home: City, tmp_path: Path
) -> None:
    with in_city(directory().operators()), pytest.raises(asking.NotClosed):
        asking.ask(city=home, reason="x", agreement=agreement(), actor=SYSTEM, now=clock.now())
    backup = tmp_path / "home"
    exporting.export_city(city=home, folder=backup, now=clock.now())
    agree(leaving)
    with pytest.raises(erasing.OtherCity):
        erasing.erase_city(end=end_of(leaving, returned=backup), now=clock.now())
    past = erasing.End(
        code=leaving.code, backups_until=clock.today() - timedelta(days=1), returned=None, actor=SYSTEM
    )
    with pytest.raises(erasing.BackupsOver):
        erasing.erase_city(end=past, now=clock.now())
    assert not CityErasure.objects.exists()


def test_what_goes_back_to_the_city_is_opened_and_complete(leaving: City, tmp_path: Path) -> None:
    folder = tmp_path / "return"
    done = returning.return_city(city=leaving, folder=folder, actor=SYSTEM, now=clock.now())
    with (folder / "residents_contact.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert EMAIL in [json.loads(row["email"])["email"] for row in rows]
    with (folder / "accounts_staff.csv").open(encoding="utf-8-sig", newline="") as file:
        assert "password" not in next(csv.reader(file))
    listed = json.loads((folder / "contents.json").read_text(encoding="utf-8"))
    assert listed["tables"]["residents_contact"]["rows"] == len(rows)
    assert (folder / "media" / "logo.txt").read_text(encoding="utf-8") == "印"
    assert done.tables == len(listed["tables"])
    with pytest.raises(exporting.FolderInUse):
        returning.return_city(city=leaving, folder=folder, actor=SYSTEM, now=clock.now())


def nobody_is_asked_before_the_city_has_agreed(browser: Client, page: str, asked: dict[str, str]) -> None:
    today = clock.today()
    for missing in (
        {"document": ""},
        {"agreed_on": ""},
        {"agreed_on": (today + timedelta(days=1)).isoformat()},
        {"agreed_on": (today - timedelta(days=1)).isoformat()},
    ):
        assert browser.post(page, asked | missing).status_code == 422, missing


@pytest.mark.req("KUM-41")
def test_data_is_handed_over_agreed_upon_erased_and_certified_in_this_order_alone(
    owner: None, leaving: City, tmp_path: Path
) -> None:
    first, second = two_operators()
    folder, paper = tmp_path / "return", tmp_path / "certificate.pdf"
    # Exported and handed over.
    returning.return_city(city=leaving, folder=folder, actor=SYSTEM, now=clock.now())
    until = f"--backups-until={clock.today() + timedelta(days=35)}"
    command = ("erase_city", leaving.code, f"--returned={folder / 'set'}", f"--certificate={paper}", until)
    today = clock.today()
    page = f"/cities/{leaving.code}/end/"
    asked = {
        "reason": "契約の終了",
        "confirmation": leaving.code,
        "handed_over_on": today.isoformat(),
        "document": "6市民第123号",
        "agreed_on": today.isoformat(),
    }
    with as_the_application():
        nobody_is_asked_before_the_city_has_agreed(console(first), page, asked)
    with pytest.raises(CommandError, match="もう1人の承認"):
        call_command(*command)
    with as_the_application():
        address = console(first).post(page, asked)["Location"]
        shown = console(second).get(address).content.decode()
        assert "6市民第123号" in shown
    # Agreed by the city, yet not by the second operator.
    with pytest.raises(CommandError, match="もう1人の承認"):
        call_command(*command)
    with as_the_application():
        console(second).post(address, {"decision": "approve"})
    call_command(*command)
    row = CityErasure.objects.get()
    assert erasing.leftovers(city=row.city, schema_name=row.schema_name) == []
    assert "6市民第123号" in row.reason
    assert paper.read_bytes().startswith(b"%PDF")


@pytest.mark.req("KUM-42", "DAI-28")
def test_one_command_on_any_day_gives_all_of_a_city_back_and_a_new_one_made_of_it_is_equal(
    stranger: City, tmp_path: Path
) -> None:
    """The city is open and nothing was announced: what a breach of contract asks for."""
    with in_city(stranger):
        for number in range(500):
            residents.contact_for(email=f"{number}@resident.example", language="ja", now=clock.now())
    media = Path(settings.MEDIA_ROOT) / str(stranger.uuid)
    media.mkdir(parents=True, exist_ok=True)
    (media / "logo.txt").write_text("印", encoding="utf-8")
    folder, began = tmp_path / "return", time.monotonic()
    call_command("return_city", stranger.code, str(folder))
    seconds = time.monotonic() - began
    first = json.loads((folder / "contents.json").read_text(encoding="utf-8"))["tables"]
    rows = sum(table["rows"] for table in first.values())
    assert rows > 800
    assert seconds / rows * 5_000_000 < 24 * 3600
    described = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    for name, table in first.items():
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            head, *lines = csv.reader(file)
        assert [column["name"] for column in described[name]["columns"]] == head
        assert all(column["type"] for column in described[name]["columns"])
        assert len(lines) == table["rows"]
        assert hashlib.sha256((folder / f"{name}.csv").read_bytes()).hexdigest() == table["sha256"]
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as connection:
        connection.execute(f"DROP SCHEMA {stranger.schema_name} CASCADE")
    shutil.rmtree(media)
    restored = manage("restore_city", str(folder / "set"))
    assert restored.returncode == 0, restored.stderr
    directory().forget()  # type: ignore[attr-defined]
    django_connection.close()
    again = tmp_path / "again"
    returning.return_city(city=find_city(code=stranger.code), folder=again, actor=SYSTEM, now=clock.now())
    second = json.loads((again / "contents.json").read_text(encoding="utf-8"))["tables"]
    # The act itself stands in the audit list.
    for changing in ("audit_auditentry",):
        assert second.pop(changing)["rows"] >= first.pop(changing)["rows"]
    assert second == first
    assert (again / "media" / "logo.txt").read_text(encoding="utf-8") == "印"


def test_operators_ask_on_the_console_and_read_the_certificate_there(owner: None, leaving: City) -> None:
    first, second = two_operators()
    with as_the_application():
        browser = console(first)
        page = f"/cities/{leaving.code}/end/"
        assert "元に戻せません" in browser.get(page).content.decode()
        assert browser.post(page, {"reason": "x", "confirmation": "000000"}).status_code == 422
        today = clock.today()
        agreed = {"document": "6市民第123号", "agreed_on": today.isoformat(), "handed_over_on": ""}
        asked = browser.post(page, {"reason": "契約の終了", "confirmation": leaving.code, **agreed})
        assert asked.status_code == 302
        address = asked["Location"]
        browser.post(address, {"decision": "approve"})
        other = console(second)
        assert 'value="approve"' in other.get(address).content.decode()
        other.post(address, {"decision": "approve"})
    row = erasing.erase_city(end=end_of(leaving), now=clock.now())
    with as_the_application():
        browser = console(first)
        assert leaving.name in browser.get("/erased/").content.decode()
        assert browser.get(f"/erased/{row.uuid}/")["Content-Type"] == "application/pdf"


def console(staff: Staff) -> Client:
    world = directory().operators()
    with in_city(world):
        return sign_in(Client(headers={"host": urlsplit(world.staff_url).netloc}), staff)
