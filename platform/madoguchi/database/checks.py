"""System checks that fail when somebody undoes the isolation of cities."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentTypeManager
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from madoguchi.database.content_types import CachePerSchema
from madoguchi.database.pooling import LeakingPooler, refuse_leaking_pooler

KEY_FUNCTION = "django_tenants.cache.make_key"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
LOCK_OUTS = "axes.handlers.database.AxesDatabaseHandler"
BACKENDS = {"app": "madoguchi.database", "owner": "madoguchi.database.owner"}


@register()
def isolation_settings(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse settings under which one city could read another's rows, cache or session."""
    return [*_caches(), *_sessions(), *_databases(), *_content_types(), *_lock_outs()]


@register(Tags.database)
def pooler(
    app_configs: Sequence[Any] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse an address that hands one session's settings to another: manage.py check --database default."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        try:
            refuse_leaking_pooler(parameters=connections[alias].get_connection_params())
        except LeakingPooler as leak:
            found.append(Error(str(leak), id="madoguchi.E007"))
    return found


def _caches() -> list[CheckMessage]:
    return [
        Error(
            f"CACHES[{alias!r}] does not key by city",
            hint=f"KEY_FUNCTION = {KEY_FUNCTION!r}",
            id="madoguchi.E001",
        )
        for alias, cache in settings.CACHES.items()
        if cache.get("KEY_FUNCTION") != KEY_FUNCTION
    ]


def _sessions() -> list[CheckMessage]:
    if settings.SESSION_ENGINE == SESSION_ENGINE:
        return []
    return [
        Error(
            "sessions must live in the city's schema",
            hint=f"SESSION_ENGINE = {SESSION_ENGINE!r}",
            id="madoguchi.E002",
        )
    ]


def _databases() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for alias, database in settings.DATABASES.items():
        if database.get("ATOMIC_REQUESTS"):
            found.append(Error(f"DATABASES[{alias!r}]: ATOMIC_REQUESTS must stay off", id="madoguchi.E003"))
        if database["ENGINE"] != BACKENDS[settings.MADOGUCHI["DATABASE_MODE"]]:
            found.append(Error(f"DATABASES[{alias!r}]: not the strict backend", id="madoguchi.E004"))
    return found


def _content_types() -> list[CheckMessage]:
    if isinstance(vars(ContentTypeManager).get("_cache"), CachePerSchema):
        return []
    return [Error("the cache of content types is not keyed by schema", id="madoguchi.E005")]


def _lock_outs() -> list[CheckMessage]:
    if getattr(settings, "AXES_HANDLER", LOCK_OUTS) == LOCK_OUTS:
        return []
    return [Error("lock-outs must be counted in the city's schema", hint=LOCK_OUTS, id="madoguchi.E006")]
