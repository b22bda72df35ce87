"""From an older key to the newest, a thousand rows a transaction; what remains is written in the rows.

Every BinaryField whose name begins with ``sealed`` is one of ours, and ``email`` of a contact, so that no
column can be forgotten; its place is always table.column and its row the UUID beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from madoguchi.ledger.vault.keyring import KEYRING
from madoguchi.ledger.vault.sealing import SealBroken, sealer
from madoguchi.tenancy import City, current_city, in_city

SEALED_NAMES: Final = ("sealed", "email")
BATCH_ROWS: Final = 1_000
# The head of a value is version(1) | generation(2).
_GENERATION: Final = Struct(">H")
_OLDER: Final = sql.SQL("octet_length({column}) > 31 AND substring({column} from 2 for 2) < %(newest)s")
_COUNT: Final = sql.SQL("SELECT count(*) FROM {table} WHERE {older}")
_ROWS: Final = sql.SQL(
    "SELECT {row}, {column} FROM {table} WHERE {beyond}{older}"
    " ORDER BY {row} LIMIT %(most)s FOR UPDATE SKIP LOCKED"
)
_BEYOND: Final = sql.SQL("{row} > %(after)s AND ")
_WRITE: Final = sql.SQL(
    "UPDATE {table} SET {column} = anew.value"
    " FROM unnest(%(rows)s::uuid[], %(values)s::bytea[]) AS anew(row, value)"
    " WHERE {table}.{row} = anew.row"
)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose values the vault sealed, and the UUID each of them is bound to."""

    table: str
    column: str
    row: str
    place: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction did: rows sealed anew, rows that do not open, and where it stopped."""

    done: int
    broken: int
    last: UUID | None


def sealed_columns() -> tuple[SealedColumn, ...]:
    """List every sealed column of a city, of every installed app."""
    found = [
        _column(model, field)
        for model in apps.get_models()
        if model._meta.app_label != "tenants"
        for field in model._meta.local_fields
        if isinstance(field, models.BinaryField)
        and field.name.startswith(SEALED_NAMES)
        and not field.max_length
    ]
    return tuple(sorted(found, key=lambda column: column.place))


def remaining(*, column: SealedColumn) -> int:
    """Count the rows of the current city that an older key sealed."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(**_names(column)), {"newest": _newest()})
        return int(cursor.fetchone()[0])


def reseal_batch(*, column: SealedColumn, after: UUID | None = None) -> Batch:
    """Seal up to a thousand rows of the current city with its newest key, in the caller's transaction.

    ``after`` is where the last batch stopped. Without one it begins at the very first row: a search page's
    number is its key, so that even the UUID of zeros is a row.
    """
    bound = sealer(place=column.place)
    rows = list(_older_rows(column, after))
    sealed: dict[UUID, bytes] = {}
    for row, value in rows:
        try:
            sealed[row] = bound.seal(bound.open(value, row), row)
        except SealBroken:
            continue  # said so in the log and to the city; the others go on
    _write(column, sealed)
    return Batch(done=len(sealed), broken=len(rows) - len(sealed), last=rows[-1][0] if rows else None)


def reseal_city(*, city: City, columns: tuple[SealedColumn, ...]) -> Iterator[tuple[SealedColumn, Batch]]:
    """Go through all columns of a city, one transaction per batch; it may be stopped and begun again."""
    for column in columns:
        with in_city(city):
            # A table that a city may have closed is not even locked where nothing is to be done.
            is_wanted = remaining(column=column) > 0
        after = None
        while is_wanted:
            with in_city(city):
                batch = reseal_batch(column=column, after=after)
            after = batch.last
            is_wanted = after is not None
            yield column, batch


def _column(model: type[models.Model], field: Any) -> SealedColumn:
    table = model._meta.db_table
    return SealedColumn(
        table=table, column=field.column, row=_own_key(model).column, place=f"{table}.{field.column}"
    )


def _own_key(model: type[models.Model]) -> Any:
    """Find the UUID a value is bound to: the key of its row, or the only other one."""
    key: Any = model._meta.pk
    if isinstance(key.target_field if key.is_relation else key, models.UUIDField):
        return key
    others: list[Any] = [
        each for each in model._meta.local_fields if isinstance(each, models.UUIDField) and each.unique
    ]
    if len(others) != 1:
        raise TypeError(f"{model._meta.label}: a sealed value is bound to the one UUID of its row")
    return others[0]


def _names(column: SealedColumn) -> dict[str, sql.Composable]:
    name = sql.Identifier(column.column)
    return {
        "table": sql.Identifier(column.table),
        "column": name,
        "row": sql.Identifier(column.row),
        "older": _OLDER.format(column=name),
    }


def _newest() -> bytes:
    return _GENERATION.pack(KEYRING.keys_of(current_city().uuid).newest)


def _older_rows(column: SealedColumn, after: UUID | None) -> Iterator[tuple[UUID, bytes]]:
    wanted: dict[str, Any] = {"after": after, "newest": _newest(), "most": BATCH_ROWS}
    names = _names(column)
    beyond = _BEYOND.format(**names) if after is not None else sql.SQL("")
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(**names, beyond=beyond), wanted)
        for row, value in cursor.fetchall():
            yield row, bytes(value)


def _write(column: SealedColumn, sealed: dict[UUID, bytes]) -> None:
    if not sealed:
        return
    written: dict[str, Any] = {"rows": list(sealed), "values": list(sealed.values())}
    with connection.cursor() as cursor:
        cursor.execute(_WRITE.format(**_names(column)), written)
