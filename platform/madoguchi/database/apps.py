"""Django's view of this room."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "madoguchi.database"
    label = "database"

    def ready(self) -> None:
        """Key process-wide caches by city and register the checks."""
        from madoguchi.database import checks  # noqa: F401
        from madoguchi.database.content_types import key_content_types_by_schema

        key_content_types_by_schema()
