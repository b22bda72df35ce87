"""manage.py restore_city /backup/402036-20261121 [--drill]"""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi.errors import DomainError
from tenants.backup.restoring import restore_city
from tenants.management.owner import require_owner


class Command(BaseCommand):
    help = "Bring a city back from its backup set into a fresh schema, compared row by row."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder of a backup set."""
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--drill", action="store_true", help="restore beside the city, compare, and roll everything back"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, or rehearse it, and say what came back and how long it took."""
        require_owner()
        began = time.monotonic()
        try:
            found = restore_city(folder=options["folder"].absolute(), is_drill=options["drill"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        done = "rehearsed" if options["drill"] else "restored"
        self.stdout.write(
            f"{found.code} {found.name}: {done} {found.rows} rows of {found.exported_at},"
            f" all equal, in {time.monotonic() - began:.1f} s"
        )
