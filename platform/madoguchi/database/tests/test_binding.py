"""Every query runs as one city, inside one transaction."""

import pytest
from django.db import ProgrammingError, connection, transaction

from madoguchi.accounts.models import Role
from madoguchi.database.errors import StrictTenancyError
from madoguchi.tenancy import NoCity, City, current_city, in_city

real_commits = pytest.mark.django_db(transaction=True)


@real_commits
def test_a_query_in_a_city_runs_as_its_role_and_schema(home: City) -> None:
    with in_city(home), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_schemas(false)")
        role, schemas = cursor.fetchone()
    assert role.endswith(f"_{home.schema_name}")
    assert schemas == [home.schema_name]
