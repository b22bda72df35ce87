"""The guard of commands that make or change schemas."""

from django.conf import settings
from django.core.management.base import CommandError


def require_owner() -> None:
    """Refuse to go on unless the process runs as the owner of the database."""
    if settings.MADOGUCHI["DATABASE_MODE"] != "owner":
        raise CommandError("this command makes schemas: run it with MADOGUCHI_DATABASE_MODE=owner")
