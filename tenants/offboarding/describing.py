"""Say what stands in each table that goes back to a city, so that the next system can read it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import connection, models

from madoguchi.ledger.vault.rotation import sealed_columns

COLUMNS = """
SELECT columns.attname::text, format_type(columns.atttypid, columns.atttypmod), NOT columns.attnotnull
  FROM pg_attribute AS columns JOIN pg_class AS tables ON tables.oid = columns.attrelid
 WHERE tables.relnamespace = current_schema()::regnamespace AND tables.relname = %s
   AND columns.attnum > 0 AND NOT columns.attisdropped
 ORDER BY columns.attnum
"""


def describe(*, tables: Iterable[str], left_out: frozenset[str]) -> dict[str, Any]:
    """Describe the columns of tables of the current city: type, meaning, and where they point to."""
    known = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    sealed = {(column.table, column.column) for column in sealed_columns()}
    return {
        name: {
            "meaning": str(known[name]._meta.verbose_name) if name in known else "",
            "columns": [
                _column(known.get(name), found, is_opened=(name, found[0]) in sealed)
                for found in _columns(name)
                if found[0] not in left_out
            ],
        }
        for name in tables
    }


def _columns(table: str) -> list[tuple[str, str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        return list(cursor.fetchall())


def _column(
    model: type[models.Model] | None, found: tuple[str, str, bool], *, is_opened: bool
) -> Mapping[str, Any]:
    name, kind, may_be_empty = found
    described: dict[str, Any] = {"name": name, "type": kind, "may_be_empty": may_be_empty}
    if is_opened:
        described |= {"type": "json", "was": "sealed; written opened"}
    field = _field(model, name)
    if field is not None:
        described["meaning"] = str(field.verbose_name)
        if field.remote_field is not None:
            described["points_to"] = field.remote_field.model._meta.db_table
    return described


def _field(model: type[models.Model] | None, column: str) -> Any:
    fields = model._meta.concrete_fields if model is not None else ()
    return next((field for field in fields if field.column == column), None)
