"""PostgreSQL for the owner: one schema at a time, without a transaction bound to a city."""

from typing import Any

from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantsWrapper

from madoguchi.database.schema import SchemaIntrospection, ShardableSchemaEditor


class DatabaseWrapper(TenantsWrapper):
    """The backend of migrations and provisioning."""

    SchemaEditorClass = ShardableSchemaEditor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.introspection = SchemaIntrospection(self)
