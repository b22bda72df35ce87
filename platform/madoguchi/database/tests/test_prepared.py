"""Hot statements bypass the cursor, never the city, the values or the errors."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from pytest_django import Settings

from madoguchi.accounts.models import Role
from madoguchi.database.errors import StrictTenancyError
from madoguchi.database.prepared import Prepared, run_prepared
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
ROW = """
SELECT %(text)s::text, %(number)s::int, %(yes)s::boolean, %(nothing)s::text, %(bytes)s::bytea, %(id)s::uuid,
       %(at)s::timestamptz, %(list)s::text[], '100%%', %(text)s::text
"""


@pytest.mark.parametrize("prepares", [True, False])
def test_every_kind_of_value_arrives_as_it_was(home: City, settings: Settings, *, prepares: bool) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "PREPARES_STATEMENTS": prepares}
    words, items = "久留米 '\"\\ $1 %(id)s", ['a"b', "c\\d", "{e,f}", "", "NULL", "久"]
    values: dict[str, Any] = {
        "text": words,
        "number": -7,
        "yes": True,
        "nothing": None,
        "bytes": b"\x00\xff",
        "id": UUID(int=5),
        "at": NOW,
        "list": items,
    }
    with in_city(home):
        row = run_prepared(Prepared(ROW), values)
    assert row == (words, -7, True, None, b"\x00\xff", UUID(int=5), NOW, items, "100%", words)


def test_a_value_is_never_cut_at_a_nul(home: City) -> None:
    with in_city(home), pytest.raises(DataError):
        run_prepared(Prepared("SELECT %(text)s::text"), {"text": "before\0after"})


def test_no_row_is_none(home: City) -> None:
    with in_city(home):
        assert run_prepared(Prepared("SELECT %(n)s::int WHERE false"), {"n": 1}) is None


def test_one_connection_answers_for_the_city_it_is_in(home: City, stranger: City) -> None:
    for city in (home, stranger, home):
        with in_city(city):
            found = run_prepared(
                Prepared("SELECT current_schema(), current_user <> %(me)s::text"), {"me": "nobody"}
            )
            assert found == (city.schema_name, True)


def test_a_statement_outside_a_city_does_not_run(home: City) -> None:
    connection.set_tenant(home)
    try:
        with pytest.raises(StrictTenancyError):
            run_prepared(Prepared("SELECT %(n)s::int"), {"n": 1})
    finally:
        connection.set_schema_to_public()


def test_an_error_of_the_server_is_an_error_of_django(home: City) -> None:
    doubled = (
        "INSERT INTO accounts_role (id, key, name) SELECT id, key, name FROM accounts_role RETURNING key"
    )
    with in_city(home):
        Role.objects.create(key="once", name="once")
        with pytest.raises(IntegrityError), transaction.atomic():
            run_prepared(Prepared(doubled), {})
        with pytest.raises(DatabaseError), transaction.atomic():
            run_prepared(Prepared("SELECT no such thing"), {})
        Role.objects.filter(key="once").delete()


def test_a_new_connection_prepares_anew(home: City) -> None:
    for _ in range(2):
        with in_city(home):
            assert run_prepared(Prepared("SELECT %(n)s::int + 1"), {"n": 1}) == (2,)
        connection.close()
