"""What outlives an erased row by naming its id: events that were delivered, offers of undo, old bulk runs."""

from collections.abc import Collection

from django.db import connection
from psycopg import sql

# Column by column: text of JSON or an array in which an erased id may stand.
PLACES = (
    ("outbox_outboxevent", "payload"),
    ("accounts_undooffer", "values"),
    ("jobs_bulkrun", "results"),
    ("jobs_bulkrun", "rows"),
)
DELETE = sql.SQL(
    "DELETE FROM {table} WHERE EXISTS ("
    "SELECT FROM unnest(%s::text[]) AS gone (id) WHERE position(gone.id in {table}.{column}::text) > 0)"
)


def sweep(*, ids: Collection[str]) -> int:
    """Delete the rows that still name an erased id, and count them; the audit list stays as it is."""
    if not ids:
        return 0
    swept = 0
    with connection.cursor() as cursor:
        for table, column in PLACES:
            statement = DELETE.format(table=sql.Identifier(table), column=sql.Identifier(column))
            cursor.execute(statement, [list(ids)])
            swept += cursor.rowcount
    return swept
