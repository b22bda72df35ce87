"""The steps of tests.load.cities: each runs in a process of its own and tells its seconds as JSON.

The clock runs inside the process, so that neither side is charged for the start of Python.
"""

import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PEERS = "peer_{number}"
MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "%s")]
    operations = [
        migrations.AddField("place", "floor", models.PositiveSmallIntegerField(default=1)),
        migrations.AddIndex("place", models.Index(fields=["floor"], name="place_floor")),
    ]
"""


def create_stock(count: int) -> dict[str, Any]:
    """Migrate new schemas with migrate_schemas, and give the seconds of each."""
    from django.db import connection

    seconds = []
    for number in range(count):
        name = PEERS.format(number=number)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {name}")
        seconds.append(_timed(lambda name=name: _migrate_schema(name)))  # type: ignore[misc]
    return {"seconds": seconds}


def migrate_stock(count: int) -> dict[str, Any]:
    """Bring those schemas a column and an index further, and give the seconds of each."""
    add_migration()
    return {
        "seconds": [_timed(lambda n=n: _migrate_schema(PEERS.format(number=n))) for n in range(count)]  # type: ignore[misc]
    }


def create_ours(count: int) -> dict[str, Any]:
    """Make furnished cities of the first lines of the list, and give the seconds of all."""
    from django.core.management import call_command

    jobs = os.environ["MADOGUCHI_LOAD_JOBS"]
    said = io.StringIO()
    seconds = _timed(
        lambda: call_command("create_cities", "--limit", str(count), "--jobs", jobs, stdout=said)
    )
    return {"seconds": seconds, "said": said.getvalue().splitlines()[-1]}


def migrate_ours(jobs: int) -> dict[str, Any]:
    """Bring the whole fleet a column and an index further, plan and template included."""
    from tenants.fleet.running import migrate_fleet

    add_migration()
    said: list[str] = []
    seconds = _timed(lambda: migrate_fleet(jobs=jobs, report=said.append))
    return {"seconds": seconds, "said": [said[0], *said[-2:]]}


def migrate_nothing(jobs: int) -> dict[str, Any]:
    """Ask a fleet in which nobody is behind."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tenants.fleet.running import worlds

    add_migration()
    with CaptureQueriesContext(connection) as asked:
        seconds = _timed(worlds)
    return {"seconds": seconds, "queries": len(asked), "behind": sum(not one.is_current for one in worlds())}


def _migrate_schema(name: str) -> None:
    from django.core.management import call_command

    call_command("migrate_schemas", schema_name=name, verbosity=0, interactive=False, stdout=io.StringIO())


def add_migration() -> None:
    """Give the app of places one more migration, in a folder beside the stage's files."""
    from django.conf import settings

    folder = Path(os.environ["MADOGUCHI_VAR"]) / "more" / "more_places"
    folder.mkdir(parents=True, exist_ok=True)
    real = sorted((Path(settings.ROOT) / "platform/madoguchi/places/migrations").glob("[0-9]*.py"))
    for each in real:
        (folder / each.name).write_text(each.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "__init__.py").touch()
    (folder / "9002_floor.py").write_text(MIGRATION % real[-1].stem, encoding="utf-8")
    sys.path.insert(0, str(folder.parent))
    settings.MIGRATION_MODULES = {"places": folder.name}


def _timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


STEPS: dict[str, Callable[[int], dict[str, Any]]] = {
    "create-stock": create_stock,
    "migrate-stock": migrate_stock,
    "create-ours": create_ours,
    "migrate-ours": migrate_ours,
    "migrate-nothing": migrate_nothing,
}


def run_step(*, name: str, number: int) -> None:
    """Run a step in this process and tell its seconds."""
    import django

    django.setup()
    print(json.dumps(STEPS[name](number)))
