"""Bring the database to the state of the demo; what is there already stays.

Run by bin/up as `python -m deploy.local.demo` with the owner's rights.
"""

import functools
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command

from deploy.local import static_files
from deploy.local.files import read_json, write_json
from deploy.local.profiles import APPROVER_CODE, OPERATOR_CODE, OPERATORS, describe_city, list_profiles

# The city whose day board shows something from the start.
VISITED = "kurume"


def prepare() -> None:
    """run every step of the preparation, telling which."""
    _step("static files", static_files.collect)
    _step("database and roles", functools.partial(_call, "prepare_database"))
    _step("public schema", functools.partial(_call, "migrate_public"))
    known = _known_codes()
    if known:
        _require_unchanged_migrations()
        _step("migrations of the cities", _migrate_fleet)
    _step("template of a city", functools.partial(_call, "build_template"))
    _note_migrations()
    _step("operators", functools.partial(_call, "create_operators", str(OPERATORS)))
    for profile in list_profiles():
        city = describe_city(profile=profile, port=0)
        if city["code"] not in known:
            arguments = (str(profile), *_approval(city))
            _step(f"city {city['name']}", functools.partial(_call, "create_city", *arguments))
            if city["slug"] == VISITED:
                _step("visits of the next open day", functools.partial(_book_visits, str(city["code"])))


def _call(command: str, *arguments: str) -> None:
    call_command(command, *arguments, verbosity=0, stdout=io.StringIO())


def _approval(city: Mapping[str, object]) -> tuple[str, ...]:
    """name the two operators of the demo where a city keeps less than everything of those who book."""
    if city["personal_data"] == "names":
        return ()
    people = ("--requested-by", OPERATOR_CODE, "--approved-by", APPROVER_CODE)
    return (*people, "--reason", "仕様書：個人情報をアップロードせずに利用できること")


def _known_codes() -> frozenset[str]:
    from tenants.models import City

    return frozenset(City.objects.values_list("code", flat=True))


def _book_visits(code: str) -> None:
    # Bookings are made with the rights of the web, not with the owner's.
    environment = {**os.environ, "MADOGUCHI_DATABASE_MODE": "app"}
    subprocess.run([sys.executable, "-m", "deploy.local.visits", code], env=environment, check=True)


def _migrate_fleet() -> None:
    call_command("migrate_fleet", verbosity=0, stdout=_Indented())


class _Indented(io.TextIOBase):
    """Shows the lines of a step below its name's place."""

    def write(self, text: str) -> int:
        """print each line with some space before it."""
        for line in text.splitlines():
            print(f"    {line}", flush=True)
        return len(text)


def _require_unchanged_migrations() -> None:
    """refuse when a migration that the cities went through is another one now: nothing can catch that up."""
    from tenants.provisioning.template import migration_digests

    today = migration_digests()
    apps = {name.partition(".")[0] for name in today}
    changed = [
        name
        for name, digest in (read_json(path=_note()) or {}).items()
        if today.get(name) != digest and name.partition(".")[0] in apps
    ]
    if changed:
        raise CommandError(
            f"The demo cities went through another {', '.join(sorted(changed))} than today's."
            " Write a new migration instead, or start over:  bin/up --fresh"
        )


def _note_migrations() -> None:
    from tenants.provisioning.template import migration_digests

    write_json(path=_note(), content=migration_digests())


def _note() -> Path:
    return Path(settings.VAR) / "demo-migrations.json"


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
