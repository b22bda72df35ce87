"""Reading the public schema: with the operators' own right, or beside the city whose page asks.

A city's role has no right to the public schema, so its pages read over the application's login. Reading
happens in the transaction that is there: who waits for a second connection while he holds one waits for ever
where a pooler has lent its last ones to others who do the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection, connections
from psycopg.rows import dict_row

from madoguchi.database.base import binding_sql
from madoguchi.tenancy import current_city, is_in_city, is_operators
from tenants.directory import CONNECTION_KEYS


def rows(sql: str, parameters: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Read rows of the public schema, from wherever this code runs."""
    if is_in_city() and is_operators(current_city()):
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if is_in_city() and connection.in_atomic_block:
        return _out_of_city(sql, parameters)
    with beside() as own:
        return own.execute(sql, parameters).fetchall()


def _out_of_city(sql: str, parameters: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Lay the city's role down for one question; an error rolls back to where the role was worn."""
    backend: Any = connections["default"]
    with psycopg.Cursor(backend.bound_connection(), row_factory=dict_row) as cursor:
        cursor.execute("SET LOCAL ROLE NONE; SET LOCAL search_path = public")
        cursor.execute(sql, parameters)
        found = cursor.fetchall()
        cursor.execute(binding_sql(current_city().schema_name).encode())
    return found


def beside() -> "psycopg.Connection[dict[str, Any]]":
    """Open a connection of the application's login beside Django's."""
    known = connections["default"].get_connection_params()
    parameters = {key: value for key, value in known.items() if key in CONNECTION_KEYS}
    return psycopg.connect(**parameters, row_factory=dict_row)
