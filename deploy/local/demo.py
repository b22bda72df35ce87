"""Bring the database to the state of the demo; what is there already stays.

Run by bin/up as `python -m deploy.local.demo` with the owner's rights.
"""

import functools
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command

from deploy.local import static_files
from deploy.local.profiles import OPERATORS, describe_city, list_profiles


def prepare() -> None:
    """run every step of the preparation, telling which."""
    _step("static files", static_files.collect)
    _step("database and roles", functools.partial(_call, "prepare_database"))
    _step("public schema", functools.partial(_call, "migrate_public"))
    known = _known_codes()
    _require_same_migrations(known)
    _step("template of a city", functools.partial(_call, "build_template"))
    _step("operators", functools.partial(_call, "create_operators", str(OPERATORS)))
    for profile in list_profiles():
        city = describe_city(profile=profile, port=0)
        if city["code"] not in known:
            _step(f"city {city['name']}", functools.partial(_call, "create_city", str(profile)))


def _call(command: str, *arguments: str) -> None:
    call_command(command, *arguments, verbosity=0, stdout=io.StringIO())


def _known_codes() -> frozenset[str]:
    from tenants.models import City

    return frozenset(City.objects.values_list("code", flat=True))


def _require_same_migrations(known: frozenset[str]) -> None:
    from tenants.provisioning.template import migration_hash

    note = Path(settings.VAR) / "demo-migrations"
    if known and note.exists() and note.read_text() != migration_hash():
        raise CommandError(
            "The demo cities were made by other migrations than today's. Start over:  bin/up --fresh"
        )
    note.write_text(migration_hash())


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
