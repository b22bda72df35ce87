"""Bring the database to the state of the demo; what is there already stays.

Run by bin/up as `python -m deploy.local.demo` with the owner's rights.
"""

import functools
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.core.management import CommandError, call_command

from deploy.local.profiles import OPERATORS, describe_city, list_profiles


def prepare() -> None:
    """run every step of the preparation, telling which."""
    _step("database and roles", lambda: call_command("prepare_database", verbosity=0))
    _step("public schema", lambda: call_command("migrate_public", verbosity=0))
    _step("template of a city", lambda: call_command("build_template", verbosity=0))
    _step("operators", lambda: call_command("create_operators", str(OPERATORS), verbosity=0))
    known = _known_codes()
    for profile in list_profiles():
        city = describe_city(profile=profile, port=0)
        if city["code"] not in known:
            _step(f"city {city['name']}", functools.partial(_create, profile))


def _create(profile: Path) -> None:
    call_command("create_city", str(profile), verbosity=0)


def _known_codes() -> frozenset[str]:
    from tenants.models import City

    return frozenset(City.objects.values_list("code", flat=True))


def _step(what: str, work: Callable[[], object]) -> None:
    started = time.monotonic()
    work()
    print(f"  {what} ({time.monotonic() - started:.1f} s)", flush=True)


def main() -> None:
    """prepare, and end with a sentence instead of a trace when a command refuses."""
    django.setup()
    try:
        prepare()
    except CommandError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
