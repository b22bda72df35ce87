"""Django's view of this room."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "madoguchi.database"
    label = "database"

    def ready(self) -> None:
        """Key process-wide caches by city, delete without reading, and register the checks."""
        from madoguchi.database import checks  # noqa: F401
        from madoguchi.database.content_types import key_content_types_by_schema
        from madoguchi.database.deletion import hear_only_of_tenants

        key_content_types_by_schema()
        hear_only_of_tenants()
