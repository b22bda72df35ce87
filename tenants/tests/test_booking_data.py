"""What a city keeps of the people who book: two operators decide, the database holds to it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from psycopg import sql

from madoguchi import clock
from madoguchi.database.base import role_of
from madoguchi.hooks.contracts.bookings import PersonalData, personal_data_of
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.residents import queries as contacts
from madoguchi.residents import services as residents
from madoguchi.tenancy import City, find_city, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from madoguchi.testing.sources import ROOT
from tenants.directory import directory
from tenants.models import BookingDataChoice
from tenants.provisioning import roles
from tenants.tests.owner import owner
from tenants.tests.test_create_city import a_third_city, traces

__all__ = ["owner"]

# Roles belong to the whole server: two workers must not make or drop the same one at once.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("roles")]
CODE = "999971"
SCHEMA = f"c_{CODE}"
NONE = ("unit_minutes = 30", 'unit_minutes = 30\npersonal_data = "none"')
BOTH = ("--requested-by", "T900001", "--approved-by", "T900002", "--reason", "仕様書のとおり")
CLOSED = ("card_reservation_caller", "residents_contact")


def manage(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command as the owner would."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)],
        env={**os.environ, "MADOGUCHI_DATABASE_MODE": "owner"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(autouse=True)
def two_operators() -> Iterator[None]:
    """Two people who may create cities, and one who may only look."""
    with in_city(directory.operators()):
        StaffFactory.create(staff_code="T900001", name="運用 一郎", roles=["operator_admin"])
        StaffFactory.create(staff_code="T900002", name="運用 二郎", roles=["operator"])
        StaffFactory.create(staff_code="T900003", name="運用 見子", roles=["operator_viewer"])
    yield
    directory.forget()


def refused_writes(schema_name: str) -> set[tuple[str, str]]:
    """Try to write into the closed tables with plain SQL, as the city's own role."""
    refused = set()
    statements = {
        "INSERT": "INSERT INTO {} DEFAULT VALUES",
        "UPDATE": "UPDATE {} SET created_at = now()",
        "COPY": "COPY {} FROM STDIN",
    }
    for table in CLOSED:
        for verb, statement in statements.items():
            with psycopg.connect(settings.MADOGUCHI["DATABASE_URL"]) as session:
                session.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role_of(schema_name))))
                named = sql.Identifier(schema_name, table)
                try:
                    if verb == "COPY":
                        with session.cursor().copy(sql.SQL(statement).format(named)) as rows:
                            rows.write(b"")
                    else:
                        session.execute(sql.SQL(statement).format(named))
                except psycopg.errors.InsufficientPrivilege:
                    refused.add((table, verb))
                except psycopg.Error:
                    pass
                session.rollback()
    return refused


EVERYTHING = {(table, verb) for table in CLOSED for verb in ("INSERT", "UPDATE", "COPY")}


@pytest.mark.req("NAN-06")
def test_two_operators_decide_and_the_city_sees_who(tmp_path: Path) -> None:
    profile = a_third_city(tmp_path, NONE)
    alone = manage("create_city", profile)
    same = manage("create_city", profile, "--requested-by", "T900001", "--approved-by", "T900001")
    viewer = manage("create_city", profile, "--requested-by", "T900001", "--approved-by", "T900003")
    nobody = manage("create_city", profile, "--requested-by", "T900001", "--approved-by", "T999999")
    assert [each.returncode for each in (alone, same, viewer, nobody)] == [1] * 4
    assert "別の運用者の承認が必要です" in alone.stderr
    assert "依頼した本人は承認できません" in same.stderr
    assert "T900003: no operator" in viewer.stderr
    assert traces() == {"schema": 0, "city": 0, "domains": 0}

    made = manage("create_city", profile, *BOTH)
    assert made.returncode == 0, made.stderr
    directory.forget()
    city = find_city(code=CODE)
    (choice,) = city.rules["booking_data"]
    assert (choice.personal_data, choice.requested_by, choice.approved_by) == (
        "none",
        "運用 一郎",
        "運用 二郎",
    )
    with in_city(city):
        entry = AuditEntry.objects.get(action="tenants.booking_data_chosen")
        assert entry.details["approved_by"] == "運用 二郎"
        admin = StaffFactory.create(roles=["city_admin"])
        assert admin.has_permission("card_reservation.view_personal_data")
    assert refused_writes(SCHEMA) == EVERYTHING
    with psycopg.connect(settings.MADOGUCHI["DATABASE_URL"]) as session:
        for role in (role_of(SCHEMA), role_of(settings.MADOGUCHI["OPERATORS_SCHEMA"])):
            session.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute("UPDATE public.tenants_bookingdatachoice SET personal_data = 'names'")
            session.rollback()


def test_a_city_that_keeps_names_may_write_them(home: object) -> None:
    schema_name: str = home.schema_name  # type: ignore[attr-defined]
    assert refused_writes(schema_name) == set()


def test_the_program_refuses_before_the_database_does_and_staff_are_still_written_to(tmp_path: Path) -> None:
    made = manage("create_city", a_third_city(tmp_path, NONE), *BOTH)
    assert made.returncode == 0, made.stderr
    directory.forget()
    with in_city(find_city(code=CODE)):
        with pytest.raises(residents.AddressesNotKept):
            residents.contact_for(email="hanako@example.jp", language="ja", now=clock.now())
        contact = residents.staff_contact_for(email="staff@example.jp", language="ja", now=clock.now())
        assert contacts.address_of(contact).email == "staff@example.jp"


def test_a_table_that_comes_later_is_closed_with_its_migration(
    tmp_path: Path, owner: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madoguchi.hooks.values import PersonalTable

    assert manage("create_city", a_third_city(tmp_path, NONE), *BOTH).returncode == 0
    later = PersonalTable(kind="name", table="card_reservation_later", purge=lambda: 0)
    declared = (*plugins.declared_by("personal_tables"), ("card_reservation", later))
    monkeypatch.setattr(plugins, "declared_by", lambda hook: declared if hook == "personal_tables" else ())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {SCHEMA}.card_reservation_later (id int)")
        roles.close_personal_tables(cursor, schema_name=SCHEMA)
        cursor.execute(
            "SELECT has_table_privilege(%s, %s, 'INSERT'), has_table_privilege(%s, %s, 'SELECT')",
            [role_of(SCHEMA), f"{SCHEMA}.card_reservation_later"] * 2,
        )
        assert cursor.fetchone() == (False, True)


@pytest.mark.req("NAN-05")
def test_a_later_change_is_planned_purged_and_proven(tmp_path: Path) -> None:
    assert manage("create_city", a_third_city(tmp_path)).returncode == 0
    directory.forget()
    city = find_city(code=CODE)
    with in_city(city):
        contact = residents.contact_for(email="hanako@example.jp", language="ja", now=clock.now())
        residents.issue(purpose="one", contact_id=contact, expires_at=clock.now(), now=clock.now())
    assert refused_writes(SCHEMA) == set()

    planned = manage("switch_booking_data", CODE, "none")
    assert planned.returncode == 0, planned.stderr
    assert "closes residents_contact: 1 rows go" in planned.stdout
    assert "Nothing was changed" in planned.stdout
    assert manage("switch_booking_data", CODE, "none", "--apply").returncode == 1
    assert refused_writes(SCHEMA) == set()

    done = manage("switch_booking_data", CODE, "none", "--apply", *BOTH)
    assert done.returncode == 0, done.stderr
    assert "purged residents_contact: 1, left: 0" in done.stdout
    assert "file of residents_contact: 0 bytes" in done.stdout
    proof = done.stdout.split("proof ")[1].split()[0]
    directory.forget()
    city = find_city(code=CODE)
    assert personal_data_of(city.rules) is PersonalData.NONE
    assert refused_writes(SCHEMA) == EVERYTHING
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as session:
        for table in (*CLOSED, "residents_link"):
            assert session.execute(f"SELECT count(*) FROM {SCHEMA}.{table}").fetchone() == (0,)
    _both_audit_lists_hold(city, proof)
    _asks_for_no_names(city)

    back = manage("switch_booking_data", CODE, "names", "--apply", *BOTH)
    assert back.returncode == 0, back.stderr
    assert refused_writes(SCHEMA) == set()
    assert [str(row.personal_data) for row in BookingDataChoice.objects.order_by("chosen_at")] == [
        "none",
        "names",
    ]


def _both_audit_lists_hold(city: City, proof: str) -> None:
    for world in (city, directory.operators()):
        with in_city(world):
            entry = AuditEntry.objects.filter(action="tenants.booking_data_chosen").latest("at")
            assert entry.details["proof"] == proof


def _asks_for_no_names(city: City) -> None:
    """Refuse a list with names, and show no field for an address to who books by phone."""
    with in_city(city):
        admin = StaffFactory.create(roles=["city_admin"])
        browser = sign_in(Client(headers={"host": "staff.hikari.localhost"}), admin)
    file = SimpleUploadedFile("list.csv", "交付通知書番号,生月日,氏名\nABC123456,0229,見本\n".encode())
    sent = {"format": "card_reservation.references", "file": file}
    refused = browser.post("/imports/", sent, follow=True).content.decode()
    assert "予約で個人情報を扱わない設定です。個人情報の列「氏名」を外してください" in refused
    call = browser.get("/reservations/new/").content.decode()
    assert 'name="reference"' in call
    assert 'name="email"' not in call


def test_a_list_of_cities_needs_both_operators_where_a_line_keeps_less(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "code,prefecture,name,name_kana,name_en,slug,personal_data\n"
        "999971,架空県,ひかり市,ヒカリシ,Hikari City,hikari,email\n",
        encoding="utf-8",
    )
    refused = manage("create_cities", path, "--jobs", "1")
    assert refused.returncode == 1
    assert "別の運用者の承認が必要です" in refused.stderr
    made = manage("create_cities", path, "--jobs", "1", *BOTH)
    assert made.returncode == 0, made.stderr
    assert {table for table, _verb in refused_writes(SCHEMA)} == {"card_reservation_caller"}


def test_every_closed_table_is_declared() -> None:
    assert set(roles.personal_tables(PersonalData.NONE.closed)) == set(CLOSED)
