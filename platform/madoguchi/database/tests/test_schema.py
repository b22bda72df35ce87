"""Looking for tables sees those of one schema, and all of them."""

from typing import Any

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_tables_of_a_city_are_found_without_those_of_others(home: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", [home.schema_name]
        )
        standing = {row[0] for row in cursor.fetchall()}
    found = connection.introspection.table_names()
    assert set(found) | {"django_migrations"} == standing | {"django_migrations"}
    assert len(found) > 70
    assert len(found) == len(set(found)), "a table of another city was counted"
