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

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:  # noqa: FBT001, FBT002
        """Choose the schema of what follows.

        The cache of content types is kept apart for every schema, so none of it is thrown away.
        """
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        self.include_public_schema = include_public
        self.set_settings_schema(self.schema_name)
        self.search_path_set_schemas = None
