"""A connection ends after so many cities, because its server process remembers each of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from psycopg import sql
from pytest_django import Settings

from madoguchi.tenancy import City, directory, in_city

pytestmark = pytest.mark.django_db(transaction=True)
MOST_MEGABYTES_PER_CITY = 1.0
CITIES = 20
HOT_TABLES = (
    "django_session",
    "accounts_staff",
    "accounts_role",
    "places_place",
    "places_weeklyhours",
    "residents_contact",
    "notifications_delivery",
    "outbox_outboxevent",
    "audit_auditentry",
    "card_management_card",
    "card_reservation_slot",
    "card_reservation_booking",
)


def backend() -> int:
    """Ask the server for the number of the process that serves this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found: int = cursor.fetchone()[0]
        return found


def visit(*cities: City) -> list[int]:
    """Enter each city in turn, and list the server processes that served them."""
    found = []
    for city in cities:
        with in_city(city):
            found.append(backend())
    return found


def test_a_connection_serves_its_number_of_cities_and_ends(
    home: City, stranger: City, settings: Settings
) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "MOST_CITIES_PER_CONNECTION": 2}
    first, again, second, back, third = visit(home, home, stranger, home, directory().operators())
    assert first == again == second == back
    assert third != first
    assert visit(directory().operators(), home) == [third, third]


def test_a_connection_never_ends_inside_a_transaction(home: City, settings: Settings) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "MOST_CITIES_PER_CONNECTION": 0}
    with in_city(home):
        before = backend()
        with in_city(home):
            assert backend() == before
        assert backend() == before


@contextmanager
def copied_cities(like: City) -> Iterator[list[str]]:
    """Make schemas with a city's busiest tables, and drop them afterwards."""
    names = [f"m_{number:02}" for number in range(CITIES + 1)]
    with psycopg.connect(django_settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        for name in names:
            owner.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
            for table in HOT_TABLES:
                owner.execute(
                    sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(
                        sql.Identifier(name, table), sql.Identifier(like.schema_name, table)
                    )
                )
    yield names
    with psycopg.connect(django_settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        for name in names:
            owner.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


def work_in(session: psycopg.Connection[Any], schema_name: str) -> None:
    """Ask every busy table of a city for rows, by key and by column, as a request would."""
    with session.transaction():
        session.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(schema_name)))
        for table in HOT_TABLES:
            named = sql.Identifier(table)
            session.execute(sql.SQL("SELECT * FROM {} LIMIT 20").format(named)).fetchall()
            session.execute(sql.SQL("SELECT count(*) FROM {} WHERE false").format(named)).fetchall()


def private_megabytes(process: int) -> float:
    """Read how much memory a server process holds for itself alone."""
    rollup = Path(f"/proc/{process}/smaps_rollup")
    try:
        lines = rollup.read_text(encoding="ascii").splitlines()
    except OSError:
        pytest.skip("the database's processes are not on this machine")
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def test_a_server_process_holds_less_than_a_megabyte_for_every_city_it_touched(home: City) -> None:
    url = django_settings.MADOGUCHI["OWNER_DATABASE_URL"]
    with copied_cities(home) as names, psycopg.connect(url, autocommit=True) as session:
        work_in(session, names[0])
        before = private_megabytes(session.info.backend_pid)
        for name in names[1:]:
            work_in(session, name)
        grown = private_megabytes(session.info.backend_pid) - before
    assert 0 < grown / CITIES < MOST_MEGABYTES_PER_CITY
