"""A second connection to the current city, for what must survive a rollback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from madoguchi.tenancy import current_city


@contextmanager
def second_connection() -> Iterator["psycopg.Connection[Any]"]:
    """Open a short transaction of its own, bound to the current city's role and schema."""
    city = current_city()
    parameters = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name not in {"cursor_factory", "context"}
    }
    with psycopg.connect(**parameters) as second:
        second.execute(_binding(city.schema_name))
        yield second


def _binding(schema_name: str) -> bytes:
    raise NotImplementedError
