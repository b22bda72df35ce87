"""The first statement of a transaction carries its binding, and nothing runs without one."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from madoguchi.accounts.models import Role
from madoguchi.database.base import DatabaseWrapper
from madoguchi.database.errors import StrictTenancyError
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)
WHERE = "SELECT current_schema()"


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent in messages of its own."""
    send = DatabaseWrapper._send
    sent: list[str] = []

    def note(self: DatabaseWrapper, text: str) -> None:
        sent.append(text)
        send(self, text)

    monkeypatch.setattr(DatabaseWrapper, "_send", note)
    return sent


def rows(statement: Any, values: Any = None) -> list[Any]:
    """Run one statement and give its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def test_the_binding_travels_with_the_first_statement(home: City, apart: list[str]) -> None:
    with in_city(home):
        assert rows(WHERE) == [(home.schema_name,)]
        assert rows(WHERE) == [(home.schema_name,)]
    assert apart == ["COMMIT"]


@pytest.mark.parametrize(
    ("statement", "values", "expected"),
    [
        ("SELECT '50%', current_schema()", None, "50%"),
        ("SELECT %s, current_schema()", ["a;b'%s"], "a;b'%s"),
        ("SELECT %(x)s, current_schema();", {"x": "y"}, "y"),
        ("SELECT 1; SELECT 'last', current_schema()", None, 1),
        (sql.SQL("SELECT {}, current_schema()").format(sql.Literal("z")), None, "z"),
    ],
)
def test_any_statement_may_be_the_first(statement: Any, values: Any, expected: object, home: City) -> None:
    with in_city(home):
        first = rows(statement, values)[0]
    assert first[0] == expected
    assert first[1:] in ((home.schema_name,), ())


def test_the_answer_is_that_of_the_statement_alone(home: City) -> None:
    with in_city(home), connection.cursor() as cursor:
        cursor.execute("SELECT key AS called FROM accounts_role ORDER BY key LIMIT 2")
        assert [column.name for column in cursor.description] == ["called"]
        assert cursor.rowcount == 2
        assert len(cursor.fetchall()) == 2
        assert cursor.nextset() is None
    with in_city(home, rollback=True):
        assert Role.objects.filter(key="auditor").update(name="changed") == 1


def test_every_other_way_to_run_a_statement_is_bound_too(home: City) -> None:
    with in_city(home, rollback=True), connection.cursor() as cursor:
        cursor.executemany(
            "SELECT set_config('madoguchi.probe', %s || current_schema(), true)", [["a"], ["b"]]
        )
        assert rows("SELECT current_setting('madoguchi.probe')") == [(f"b{home.schema_name}",)]
    with in_city(home), connection.cursor() as cursor:
        with cursor.copy("COPY (SELECT current_schema()) TO STDOUT") as copied:
            assert bytes(copied.read()).decode().strip() == home.schema_name
    with in_city(home), connection.cursor() as cursor:
        assert list(cursor.cursor.stream(WHERE)) == [(home.schema_name,)]
    with in_city(home), connection.cursor() as cursor:
        cursor.callproc("current_schema")
        assert cursor.fetchall() == [(home.schema_name,)]


@pytest.mark.parametrize("broken", ["SELEC 1", "SELECT 1 / 0", "SELECT * FROM nowhere"])
def test_a_first_statement_that_fails_leaves_nothing_unbound(broken: str, home: City, stranger: City) -> None:
    for city in (home, stranger):
        with pytest.raises(DatabaseError), in_city(city):
            rows(broken)
        with in_city(city):
            assert rows(WHERE) == [(city.schema_name,)]


def test_somebody_who_goes_on_after_a_failure_is_still_in_the_city_or_stopped(home: City) -> None:
    for broken in ("SELEC 1", "SELECT 1 / 0"):
        with in_city(home, rollback=True):
            with pytest.raises(DatabaseError):
                rows(broken)
            try:
                found = rows(WHERE)
            except DatabaseError:
                found = [(home.schema_name,)]
            assert found == [(home.schema_name,)]


def test_a_failure_inside_a_savepoint_leaves_the_rest_bound(home: City) -> None:
    with in_city(home):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows("SELECT 1 / 0")
        assert rows(WHERE) == [(home.schema_name,)]


def test_a_cursor_from_the_transaction_before_is_bound_like_a_new_one(home: City, stranger: City) -> None:
    with in_city(home):
        old = connection.cursor()
        old.execute(WHERE)
    with in_city(stranger):
        old.execute(WHERE)
        assert old.fetchone() == (stranger.schema_name,)
    connection.set_tenant(home)  # type: ignore[attr-defined]
    with pytest.raises(StrictTenancyError):
        old.execute(WHERE)
