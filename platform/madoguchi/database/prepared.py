"""Statements so hot that the server should keep their plan."""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection


def run_prepared(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run a statement in the current city's transaction and give its first row.

    The plan is kept per connection; the server makes it anew when the connection changes city. A pooler
    that mixes connections needs PREPARES_STATEMENTS off.
    """
    # Django's own cursor writes values into the text, so its statements are planned every time.
    prepare = bool(settings.MADOGUCHI["PREPARES_STATEMENTS"])
    with (
        connection.cursor() as bound,
        connection.wrap_database_errors,
        psycopg.Cursor(bound.connection) as cursor,
    ):
        # None, as Django leaves it, would overrule prepare=True; Django's own cursors never prepare.
        bound.connection.prepare_threshold = 0 if prepare else None
        cursor.execute(statement, values, prepare=prepare)
        return cursor.fetchone()
