"""The same views, tables and middleware on Django's own backend: one schema, no city looked for."""

from typing import Any

from tests.load.tenancy_city import *  # noqa: F403
from tests.load.tenancy_city import DATABASES, FULL, INSTALLED_APPS, MADOGUCHI, OURS

ROOT_URLCONF = "tests.load.tenancy_urls"
INSTALLED_APPS = [app for app in INSTALLED_APPS if app not in ("madoguchi.database", "django_tenants")]
_database: dict[str, Any] = {**DATABASES["default"]}
# The owner may read the city's tables; Django's default is to check no connection's health.
DATABASES = {
    "default": {
        **_database,
        "ENGINE": "django.db.backends.postgresql",
        "USER": MADOGUCHI["OWNER_DATABASE_URL"].partition("://")[2].partition(":")[0],
        "OPTIONS": {"options": "-c search_path=c_999997"},
        "CONN_HEALTH_CHECKS": False,
    }
}
FULL = tuple(
    "tests.load.tenancy.OneCityMiddleware" if layer == OURS[0] else layer
    for layer in FULL
    if layer != OURS[1]
)
