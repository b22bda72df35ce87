"""The owner's way into a schema: the schema alone, without public behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


@contextmanager
def in_schema(schema_name: str) -> Iterator[None]:
    """Make one schema the only one in sight, and public the current one afterwards."""
    backend: Any = connections[DEFAULT_DB_ALIAS]
    backend.set_schema(schema_name, include_public=False)
    try:
        yield
    finally:
        backend.set_schema_to_public()
