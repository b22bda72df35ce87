"""How tables are changed and looked for, so that it also works with a thousand cities and on shards."""

from typing import Any

from django.db.backends.postgresql.introspection import TableInfo
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django_tenants.postgresql_backend.introspection import DatabaseSchemaIntrospection

# By way of what depends on the schema: that has an index, while pg_class holds the tables of all cities.
TABLES_OF_A_SCHEMA = """
SELECT tables.relname,
       CASE WHEN tables.relispartition THEN 'p' WHEN tables.relkind IN ('m', 'v') THEN 'v' ELSE 't' END,
       obj_description(tables.oid, 'pg_class')
  FROM pg_catalog.pg_namespace AS schemas
  JOIN pg_catalog.pg_depend AS parts
    ON parts.refclassid = 'pg_namespace'::regclass AND parts.refobjid = schemas.oid
   AND parts.classid = 'pg_class'::regclass
  JOIN pg_catalog.pg_class AS tables ON tables.oid = parts.objid
 WHERE schemas.nspname = %s AND tables.relkind IN ('f', 'm', 'p', 'r', 'v')
"""


class ShardableSchemaEditor(DatabaseSchemaEditor):
    """An editor that adds a column first and its constraints after it.

    A sharded database refuses ``ADD COLUMN`` with CHECK, UNIQUE or REFERENCES in it. The statements
    that follow leave the naming to PostgreSQL, which then chooses the names it gives inline.
    """

    sql_create_column_inline_fk: Any = None
    _adds_column = False

    def add_field(self, model: Any, field: Any) -> None:
        """Add a column, and then what must hold for it."""
        if field.many_to_many and field.remote_field.through._meta.auto_created:
            super().add_field(model, field)
            return
        check = field.db_parameters(connection=self.connection)["check"]
        self._adds_column = True
        self.sql_check_constraint = ""
        try:
            super().add_field(model, field)
        finally:
            self._adds_column = False
            del self.sql_check_constraint
        self._constrain(model, field, check)

    def _constrain(self, model: Any, field: Any, check: str | None) -> None:
        if not field.column:
            return
        table, column = self.quote_name(model._meta.db_table), self.quote_name(field.column)
        if check:
            self.execute(f"ALTER TABLE {table} ADD CHECK ({check})", None)
        if field.unique and not field.primary_key:
            self.execute(f"ALTER TABLE {table} ADD UNIQUE ({column})", None)

    def _iter_column_sql(self, *args: Any, **kwargs: Any) -> Any:
        for part in super()._iter_column_sql(*args, **kwargs):  # type: ignore[misc]
            if not (self._adds_column and part == "UNIQUE"):
                yield part


class SchemaIntrospection(DatabaseSchemaIntrospection):
    """Introspection that reads one schema without a look at all the others."""

    def get_table_list(self, cursor: Any) -> list[TableInfo]:
        """List the tables and views of the current schema."""
        cursor.execute(TABLES_OF_A_SCHEMA, [self.connection.schema_name])
        return [TableInfo(*row) for row in cursor.fetchall()]
