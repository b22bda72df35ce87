"""Reading the public schema in the middle of a city's transaction."""

import pytest
from django.db import connection, transaction
from psycopg import errors

from madoguchi.tenancy import City, in_city
from tenants.public import rows

pytestmark = pytest.mark.django_db(transaction=True)

WHO = "SELECT current_user AS who, current_schema() AS place"


def who() -> tuple[str, str]:
    """Say as whom Django's connection asks, and where."""
    with connection.cursor() as cursor:
        cursor.execute(WHO)
        found: tuple[str, str] = cursor.fetchone()
    return found


def test_the_city_is_left_for_one_question_only(home: City) -> None:
    with in_city(home):
        before = who()
        asked = rows(WHO, {})[0]
        assert asked["place"] == "public"
        assert asked["who"] != before[0]
        assert who() == before == (before[0], home.schema_name)


def test_a_question_that_fails_leaves_the_city_as_it_was(home: City) -> None:
    with in_city(home):
        before = who()
        with pytest.raises(errors.UndefinedTable), transaction.atomic():
            rows("SELECT FROM nowhere", {})
        assert who() == before
