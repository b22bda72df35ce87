"""manage.py migrate_fleet"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi.errors import DomainError
from tenants.fleet.running import migrate_fleet, worlds
from tenants.management.owner import require_owner
from tenants.versions import target_version


class Command(BaseCommand):
    help = (
        "Bring every city to the migrations of this code: planned once, applied by many connections,"
        " each city whole or not at all. Stops at the first city that fails; run it again to go on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number of connections and the city that goes first."""
        parser.add_argument("--jobs", type=int, default=8, help="cities at a time (8)")
        parser.add_argument("--canary", default="", metavar="CODE", help="who goes first (a city on trial)")
        parser.add_argument(
            "--check", action="store_true", help="change nothing; list who is behind, exit 1 if anybody is"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate the fleet, or say how it stands."""
        require_owner()
        if options["check"]:
            self._check()
            return
        if options["jobs"] < 1:
            raise CommandError("--jobs: at least 1")
        try:
            outcome = migrate_fleet(jobs=options["jobs"], canary=options["canary"], report=self._say)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if not outcome.is_whole:
            raise CommandError(
                f"stopped: {len(outcome.done)} done, {len(outcome.failed)} failed,"
                f" {outcome.untouched} not touched. Mend what failed and run this again."
            )
        self._say(f"{outcome.total} schemas brought to {target_version()}; nobody is behind")

    def _check(self) -> None:
        found = worlds()
        behind = [world for world in found if not world.is_current]
        for world in behind:
            carried = world.version or "unknown"
            self._say(" ".join(part for part in (world.schema_name, carried, world.last_error) if part))
        self._say(f"{len(found) - len(behind)} of {len(found)} carry {target_version()}")
        if behind:
            raise CommandError(f"{len(behind)} are behind")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
