"""What the plugins say of their own health in the current city."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction

from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import HealthCheck
from madoguchi.tenancy import City, current_city

logger = logging.getLogger(__name__)

# A table that somebody locks must not keep the checks of the other plugins waiting.
LONGEST_STATEMENT = timedelta(seconds=2)


def watched_plugins(city: City) -> tuple[str, ...]:
    """List the plugins that are on in a city and say how their health is read."""
    return tuple(_checks(city))


def run_checks() -> dict[str, bool]:
    """Read the health of every plugin that is on in this city; one that fails hides no other."""
    city = current_city()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {LONGEST_STATEMENT // timedelta(milliseconds=1)}")
    return {plugin: all(map(_passes, checks)) for plugin, checks in _checks(city).items()}


def _checks(city: City) -> dict[str, list[HealthCheck | Exception]]:
    switched = frozenset(plugins.names)
    found: dict[str, list[HealthCheck | Exception]] = {}
    for plugin, check in plugins.duty("health_checks"):
        if plugin not in switched or plugin in city.active_plugins:
            found.setdefault(plugin, []).append(check)
    return found


def _passes(check: HealthCheck | Exception) -> bool:
    if isinstance(check, Exception):
        logger.error("a plugin cannot say how it is checked", exc_info=check)
        return False
    return _returns(check.read, name=check.name)


def _returns(read: Callable[[], None], *, name: str) -> bool:
    try:
        with transaction.atomic():
            read()
    except Exception as failure:
        # Only the kind: a message of the database could repeat what stands in a row.
        logger.warning("the check %s failed: %s", name, type(failure).__name__)
        return False
    return True
