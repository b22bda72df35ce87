"""A second connection to the current city, for what must survive a rollback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from madoguchi.database.base import binding_sql
from madoguchi.tenancy import current_city

# Django's own choices for its cursors; a plain connection needs none of them.
_NOT_OURS = frozenset({"cursor_factory", "context", "prepare_threshold"})


@contextmanager
def second_connection() -> Iterator["psycopg.Connection[Any]"]:
    """Open a short transaction of its own, bound to the current city's role and schema."""
    parameters = {
        name: value for name, value in connection.get_connection_params().items() if name not in _NOT_OURS
    }
    with psycopg.connect(**parameters) as second:
        second.execute(binding_sql(current_city().schema_name).encode())
        yield second
