"""Whether the code of this process fits the database: the schema is as new as the code, or newer."""

import logging

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader

from madoguchi.tenancy import directory, in_city

logger = logging.getLogger(__name__)

NO_DATABASE = "the database does not answer"
TOO_OLD = "the database is older than this code"


class Readiness:
    """What this process knows; a schema that was new enough stays so, and only a sign of life is asked."""

    def __init__(self) -> None:
        self._fits = False

    def reason(self) -> str:
        """Say why no request should come here; empty when all is well."""
        try:
            self._fits = self._fits or _is_new_enough()
            _ask_for_a_sign()
        except (Error, psycopg.Error, OSError) as failure:
            logger.warning("not ready: %s", type(failure).__name__)
            return NO_DATABASE
        return "" if self._fits else TOO_OLD


def _ask_for_a_sign() -> None:
    with in_city(directory().operators()), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _is_new_enough() -> bool:
    """Compare with the operators' schema, which a migration of the fleet changes last.

    So a single city that lags behind never takes the others down.
    """
    with in_city(directory().operators()), connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    labels = {config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS}
    on_disk = {key for key in MigrationLoader(None).disk_migrations if key[0] in labels}
    return on_disk <= applied


readiness = Readiness()


def not_ready_because() -> str:
    """Say why no request should come to this process; empty when all is well."""
    return readiness.reason()
