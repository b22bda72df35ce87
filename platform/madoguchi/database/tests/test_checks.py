"""Whoever undoes the isolation of cities in the settings is told so at start."""

import pytest
from django.core.checks import Error
from pytest_django import Settings

from madoguchi.database.checks import isolation_settings


def ids() -> set[str]:
    """Name the errors that the checks find now."""
    return {str(found.id) for found in isolation_settings() if isinstance(found, Error)}


def test_our_own_settings_pass() -> None:
    assert ids() == set()


def test_a_cache_that_does_not_key_by_city_is_refused(settings: Settings) -> None:
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "KEY_FUNCTION": None}}
    assert ids() == {"madoguchi.E001"}


@pytest.mark.parametrize("engine", ["cache", "cached_db", "signed_cookies", "file"])
def test_sessions_outside_the_citys_schema_are_refused(settings: Settings, engine: str) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    assert ids() == {"madoguchi.E002"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"ATOMIC_REQUESTS": True}, "madoguchi.E003"),
        ({"ENGINE": "django.db.backends.postgresql"}, "madoguchi.E004"),
        ({"ENGINE": "django_tenants.postgresql_backend"}, "madoguchi.E004"),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_another_way_to_the_database_is_refused(
    settings: Settings, change: dict[str, object], error: str
) -> None:
    settings.DATABASES = {"default": {**settings.DATABASES["default"], **change}}
    assert ids() == {error}


def test_no_setting_asks_the_database_while_apps_load(settings: Settings) -> None:
    """F8: django-tenants would look up extra search paths before any process may have a connection."""
    assert not hasattr(settings, "PG_EXTRA_SEARCH_PATHS")
