"""The fleet is migrated whole, or stops where it failed and goes on from there."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.database.base import role_of
from madoguchi.ledger.values import APPEND_ONLY_TABLES
from madoguchi.tenancy import directory, in_city
from tenants.fleet import queries
from tenants.fleet.recording import CannotBeUndone, NamesItsSchema
from tenants.fleet.running import Outcome, UnknownCanary, migrate_fleet, worlds
from tenants.provisioning import roles, template
from tenants.schemas import in_schema
from tenants.tests.owner import REAL, WriteMigration, as_the_application, owner, write_migration

__all__ = ["owner", "write_migration"]

pytestmark = pytest.mark.django_db(transaction=True)

HOME, STRANGER, OPERATORS = "c_999997", "c_999989", "operators"
COLUMNS = """
operations = [
    migrations.AddField("place", "floor", models.PositiveSmallIntegerField(default=1)),
    migrations.AddField("place", "nickname", models.CharField(max_length=40, unique=True, null=True)),
    migrations.AddField("place", "key", models.UUIDField(default=uuid4)),
    migrations.CreateModel("Room", [
        ("id", models.BigAutoField(primary_key=True)),
        ("place", models.ForeignKey("places.Place", models.CASCADE)),
    ]),
    migrations.AddField("place", "best", models.ForeignKey("places.Room", models.SET_NULL, null=True)),
    migrations.AddIndex("place", models.Index(fields=["floor"], name="place_floor")),
]
"""
FILLING = """
def fill(apps, schema_editor):
    Place = apps.get_model("places", "Place")
    for place in Place.objects.all():
        place.nickname = f"{place.name}!"
        place.save()

operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
"""
UNIQUE = """
operations = [migrations.AddConstraint(
    "place", models.UniqueConstraint(fields=["address"], name="one_place_per_address")
)]
"""
STRUCTURE = """
SELECT 'column', table_name, column_name, data_type || is_nullable || coalesce(column_default, '')
  FROM information_schema.columns WHERE table_schema = %(schema)s
 UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace
 UNION ALL
SELECT 'index', tablename, indexname, replace(indexdef, %(schema)s || '.', '')
  FROM pg_indexes WHERE schemaname = %(schema)s
"""


def run(canary: str = HOME) -> tuple[Outcome, list[str]]:
    """Migrate the fleet and give what it said."""
    said: list[str] = []
    return migrate_fleet(jobs=2, canary=canary, report=said.append), said


def ask(sql: str, **values: Any) -> list[Any]:
    """Ask the database as its owner."""
    with psycopg.connect(_address(), autocommit=True) as asked:
        return asked.execute(sql, values).fetchall()


def do(sql: str) -> None:
    """Tell the database something as its owner."""
    with psycopg.connect(_address(), autocommit=True) as told:
        told.execute(sql)


def _address() -> str:
    database = connection.settings_dict["NAME"]
    return str(settings.MADOGUCHI["OWNER_DATABASE_URL"]).rpartition("/")[0] + f"/{database}"


def columns(schema: str) -> set[str]:
    """List the columns of a city's places."""
    return {
        row[0]
        for row in ask(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = %(schema)s AND table_name = 'places_place'",
            schema=schema,
        )
    }


def structure(schema: str) -> set[Any]:
    """Describe everything of a schema that a later migration could stumble over."""
    with in_schema(schema), connection.cursor() as cursor:
        cursor.execute(STRUCTURE, {"schema": schema})
        return set(cursor.fetchall())


def shown(drift: str) -> list[str]:
    """List the cities that the operators' fleet page shows in a state of their migrations."""
    with as_the_application():
        directory().forget()  # type: ignore[attr-defined]
        world = directory().operators()
        with in_city(world):
            host = urlsplit(world.staff_url).netloc
            browser = sign_in(Client(headers={"host": host}), StaffFactory.create(roles=["operator_viewer"]))
        page = browser.get("/", {"drift": drift, "sort": "code"})
        assert page.status_code == 200
        return re.findall(r'href="/cities/(\d{6})/"', page.content.decode())


@contextmanager
def a_city_like_the_template(name: str) -> Iterator[None]:
    """Replay today's template as a schema of its own."""
    template.build_template()
    with connection.cursor() as cursor:
        cursor.execute(template.replay_sql(name))
    try:
        yield
    finally:
        do(f"DROP SCHEMA {name} CASCADE")


def test_every_world_is_brought_up_and_none_differs_from_a_new_one(write_migration: WriteMigration) -> None:
    write_migration("9002_columns", COLUMNS)
    write_migration("9003_filling", FILLING)
    outcome, said = run()

    assert outcome.is_whole
    assert said[0] == "plan: places.9002_columns, places.9003_filling"
    assert said[1].startswith(f"[1/3] {HOME} "), "the canary goes first"
    assert said[3].startswith(f"[3/3] {OPERATORS} "), "our operators go last"
    assert all(drift.is_current for drift in queries.drifts().values())
    with a_city_like_the_template("made_anew"):
        anew = structure("made_anew")
        for schema in (HOME, STRANGER, OPERATORS):
            assert structure(schema) == anew, schema
    assert {"floor", "nickname", "key"} <= columns(HOME)
    assert ask(f"SELECT count(*) FROM {HOME}.places_place WHERE nickname = name || '!'") == [(2,)]
    keys = ask(f"SELECT key FROM {HOME}.places_place UNION SELECT key FROM {STRANGER}.places_place")
    assert len(keys) == 2, "a default that is computed is computed in each city"
    assert ask(f"SELECT name FROM {STRANGER}.django_migrations WHERE app = 'places' ORDER BY id") == [
        *((each.stem,) for each in REAL),
        ("9002_columns",),
        ("9003_filling",),
    ]
    (newest,) = queries.runs(limit=1)
    assert (newest.outcome, newest.done, newest.failed, newest.canary) == ("done", 3, 0, HOME)


def test_new_tables_get_their_permissions_and_the_city_its_rights(
    write_migration: WriteMigration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "APPEND_ONLY_TABLES", (*APPEND_ONLY_TABLES, "places_room"))
    write_migration("9002_columns", COLUMNS)
    run()
    for schema in (HOME, STRANGER):
        rights = ask(
            "SELECT has_table_privilege(%(role)s, %(table)s, 'SELECT, INSERT'),"
            " has_table_privilege(%(role)s, %(table)s, 'UPDATE'),"
            " has_sequence_privilege(%(role)s, %(table)s || '_id_seq', 'USAGE')",
            role=role_of(schema),
            table=f"{schema}.places_room",
        )
        assert rights == [(True, False, True)]
        assert ask(
            f"SELECT count(*) FROM {schema}.django_content_type WHERE app_label = 'places'"
            " AND model = 'place'"
        ) == [(1,)]


@pytest.mark.req("DES-07")
def test_a_city_that_fails_stops_the_fleet_and_a_second_run_finishes_it(
    write_migration: WriteMigration,
) -> None:
    do(f"UPDATE {STRANGER}.places_place SET address = '山田花子方'")
    write_migration("9002_columns", COLUMNS)
    write_migration("9003_unique", UNIQUE)

    with pytest.raises(CommandError, match="stopped: 1 done, 1 failed, 1 not touched"):
        call_command("migrate_fleet", "--canary", "999997", "--jobs", "2")
    assert "floor" in columns(HOME)
    assert "floor" not in columns(STRANGER), "nothing of a city that failed stays"
    assert "floor" not in columns(OPERATORS)
    drifts = queries.drifts()
    assert {name for name, drift in drifts.items() if not drift.is_current} == {STRANGER, OPERATORS}
    assert drifts[STRANGER].last_error.startswith("places.9003_unique: UniqueViolation (23505)")
    assert "山田" not in drifts[STRANGER].last_error, "no value of a row leaves the city"
    (stopped,) = queries.runs(limit=1)
    assert (stopped.outcome, stopped.done, stopped.failed, stopped.untouched) == ("stopped", 1, 1, 1)
    with pytest.raises(CommandError, match="2 are behind"):
        call_command("migrate_fleet", "--check")
    assert shown("failed") == ["999989"]
    assert shown("current") == ["999997"]

    do(f"UPDATE {STRANGER}.places_place SET address = code")
    call_command("migrate_fleet")
    assert all(drift.is_current and not drift.last_error for drift in queries.drifts().values())
    assert structure(HOME) == structure(STRANGER) == structure(OPERATORS)
    assert shown("current") == ["999989", "999997"]
    call_command("migrate_fleet", "--check")


def test_a_fleet_without_changes_costs_one_query(owner: None) -> None:
    run(canary="")
    with CaptureQueriesContext(connection) as asked:
        assert all(world.is_current for world in worlds())
    assert len(asked) == 1


def test_a_lock_is_waited_for_in_turns(write_migration: WriteMigration) -> None:
    write_migration("9002_columns", COLUMNS)
    said: list[str] = []
    with psycopg.connect(_address()) as reader:
        reader.execute(f"SELECT count(*) FROM {STRANGER}.places_place")

        def report(line: str) -> None:
            said.append(line)
            if line.startswith("[1/3]"):
                threading.Timer(1.0, reader.rollback).start()

        outcome = migrate_fleet(jobs=2, canary=HOME, report=report)
    assert outcome.is_whole
    assert any(STRANGER in line and ", attempt " in line for line in said)


def test_a_city_from_an_older_backup_is_caught_up_alone(write_migration: WriteMigration) -> None:
    write_migration("9002_columns", COLUMNS)
    run()
    write_migration("9003_filling", FILLING)
    do(
        f"ALTER TABLE {STRANGER}.places_place DROP COLUMN floor, DROP COLUMN nickname, DROP COLUMN key,"
        " DROP COLUMN best_id"
    )
    do(f"DROP TABLE {STRANGER}.places_room")
    do(f"DELETE FROM {STRANGER}.django_migrations WHERE name = '9002_columns'")
    outcome, _said = run()
    assert outcome.is_whole
    assert structure(STRANGER) == structure(HOME)
    assert ask(f"SELECT count(*) FROM {STRANGER}.places_place WHERE nickname IS NULL") == [(0,)]


def test_a_renamed_model_keeps_its_content_type_in_every_city(write_migration: WriteMigration) -> None:
    kinds = "SELECT id FROM {}.django_content_type WHERE app_label = 'places' AND model = '{}'"
    before = [ask(kinds.format(schema, "weeklyhours")) for schema in (HOME, STRANGER)]
    write_migration("9002_renamed", 'operations = [migrations.RenameModel("WeeklyHours", "WeeklyOpening")]')
    run()
    assert [ask(kinds.format(schema, "weeklyopening")) for schema in (HOME, STRANGER)] == before


def test_what_cannot_be_undone_is_refused_before_anything_happens(write_migration: WriteMigration) -> None:
    write_migration("9002_columns", f"atomic = False\n{COLUMNS}")
    with pytest.raises(CannotBeUndone):
        run()
    assert "floor" not in columns(HOME)


def test_what_names_its_schema_is_refused_before_anything_happens(write_migration: WriteMigration) -> None:
    template.build_template()  # a worker's database may not have met one yet
    named = f"operations = [migrations.RunSQL('DELETE FROM {template.TEMPLATE_SCHEMA}.places_place')]"
    write_migration("9002_named", named)
    with pytest.raises(NamesItsSchema):
        run()
    assert "code" in columns(HOME)


def test_what_fails_already_in_the_template_touches_no_city(write_migration: WriteMigration) -> None:
    write_migration("9002_wrong", "operations = [migrations.RunSQL('DROP TABLE there_is_none')]")
    with pytest.raises(
        CommandError, match=r"no city was touched: places.9002_wrong: UndefinedTable \(42P01\)"
    ):
        call_command("migrate_fleet")
    assert queries.runs(limit=1) == []


def test_a_canary_that_has_nothing_to_do_is_no_canary(write_migration: WriteMigration) -> None:
    write_migration("9002_columns", COLUMNS)
    with pytest.raises(UnknownCanary):
        run(canary="123456")


def test_no_city_is_made_while_the_others_stand_back(write_migration: WriteMigration) -> None:
    write_migration("9002_columns", COLUMNS)
    with pytest.raises(template.FleetIsBehind):
        template.build_template()
    run()
    template.build_template()
