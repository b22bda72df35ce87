"""manage.py copy_keys"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi import clock
from tenants.keys import safekeeping


class Command(BaseCommand):
    help = "Copy the wrapped keys of all cities to a place of their own, and forget copies of a week ago."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder of the copies, and how long they live."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--kept-days", type=int, default=safekeeping.KEPT.days)

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy, and name the copy."""
        try:
            made = safekeeping.copy_store(
                to=options["folder"], now=clock.now(), kept=timedelta(days=options["kept_days"])
            )
        except safekeeping.UnsafePlace as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(str(made))
