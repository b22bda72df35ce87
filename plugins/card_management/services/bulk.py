"""PostgreSQL at full speed: parameters bound by the server, arrays and rows of COPY packed by hand.

Django binds parameters in the client, as text: for arrays of thousands that costs more than the query.
psycopg packs an array by several calls for each of its values, which costs as much again.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from struct import Struct
from typing import Any, Final
from uuid import UUID

import psycopg
from django.db import connection
from django.db.models import BinaryField, F, Func, QuerySet
from psycopg.adapt import Dumper
from psycopg.pq import Format

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
_ARRAY: Final = Struct(">iiIii").pack
_BYTEA, _INT4, _TEXT, _DATE, _UUID = 17, 23, 25, 1082, 2950
NOTHING: Final = _LENGTH(-1)
_DAY: Final = Struct(">ii").pack
_MOMENT: Final = Struct(">iq").pack


class Packed(bytes):
    """An array as it travels to the server."""


class _PackedDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Packed) -> Packed:
        return obj


@contextmanager
def _own_cursor(advice: tuple[str, ...]) -> Iterator["psycopg.Cursor[Any]"]:
    with connection.cursor() as bound:
        # Role and schema of the city travel with the first statement of Django's own cursor.
        for each in advice:
            bound.execute(each)
        with psycopg.Cursor(bound.connection) as cursor:
            cursor.adapters.register_dumper(Packed, _PackedDumper)
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


def pack_bytes(values: Sequence[bytes | None], /) -> Packed:
    """Pack an array of bytes."""
    return _array(_BYTEA, [NOTHING if each is None else _LENGTH(len(each)) + each for each in values])


def pack_keys(values: Iterable[UUID], /) -> Packed:
    """Pack an array of keys."""
    return _array(_UUID, [field(each.bytes) for each in values])


def pack_texts(values: Iterable[str], /) -> Packed:
    """Pack an array of texts."""
    return _array(_TEXT, [field(each.encode()) for each in values])


def pack_days(values: Iterable[date | None], /) -> Packed:
    """Pack an array of dates."""
    return _array(_DATE, [NOTHING if each is None else day(each) for each in values])


def pack_numbers(values: Iterable[int], /) -> Packed:
    """Pack an array of whole numbers."""
    return _array(_INT4, [field(_LENGTH(each)) for each in values])


def _array(kind: int, fields: Sequence[bytes]) -> Packed:
    return Packed(b"".join((_ARRAY(1, 0, kind, len(fields), 1), *fields)))


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
