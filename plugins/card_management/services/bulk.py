"""PostgreSQL at full speed: parameters bound by the server, rows of COPY packed by hand.

Django binds parameters in the client, as text: for arrays of thousands that costs more than the query.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from struct import Struct
from typing import Any, Final

import psycopg
from django.db import connection
from django.db.models import BinaryField, F, Func, QuerySet

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
BY_INDEX: Final = (
    "SET LOCAL enable_seqscan = off",
    "SET LOCAL enable_hashjoin = off",
    "SET LOCAL enable_mergejoin = off",
)
# To compile a plan pays for no query of a page.
AS_ONE: Final = ("SET LOCAL jit = off",)
_EPOCH_DAY: Final = date(2000, 1, 1).toordinal()
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LENGTH: Final = Struct(">i").pack
_DAY: Final = Struct(">ii").pack
_MOMENT: Final = Struct(">iq").pack


@contextmanager
def _own_cursor(advice: tuple[str, ...]) -> Iterator["psycopg.Cursor[Any]"]:
    with connection.cursor() as bound:
        # Role and schema of the city travel with the first statement of Django's own cursor.
        for each in advice:
            bound.execute(each)
        with psycopg.Cursor(bound.connection) as cursor:
            yield cursor


@contextmanager
def bulk_cursor() -> Iterator["psycopg.Cursor[Any]"]:
    """Open a cursor of psycopg's own inside the city's transaction.

    A table that has just been filled has no statistics yet: without this advice the planner
    reads all of it, by one join or another, for every few thousand rows.
    """
    with _own_cursor(BY_INDEX) as cursor:
        yield cursor


def sealed_rows(found: "QuerySet[Any]", /) -> list[tuple[bytes, bytes]]:
    """Read key and sealed text of very many rows as they travel: no object is made of any of them."""
    key = Func(F("id"), function="uuid_send", output_field=BinaryField())
    query, given = found.annotate(_key=key).values_list("_key", "sealed").query.sql_with_params()
    with _own_cursor(AS_ONE) as cursor:
        cursor.execute(query.encode(), given, binary=True)
        return cursor.fetchall()


def field(value: bytes) -> bytes:
    """Pack one field of a row."""
    return _LENGTH(len(value)) + value


def day(value: date) -> bytes:
    """Pack a date."""
    return _DAY(4, value.toordinal() - _EPOCH_DAY)


def moment(value: datetime) -> bytes:
    """Pack a moment."""
    since = value - _EPOCH
    return _MOMENT(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)
