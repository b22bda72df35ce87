"""The same apps on django-tenants' own backend, which is what migrate_schemas is used with."""

from tests.load.settings import *  # noqa: F403
from tests.load.settings import DATABASES

DATABASES["default"]["ENGINE"] = "django_tenants.postgresql_backend"
TENANT_LIMIT_SET_CALLS = False
