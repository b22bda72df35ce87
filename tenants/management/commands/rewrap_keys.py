"""manage.py rewrap_keys"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from madoguchi.ledger import vault
from madoguchi.ledger.vault.providers import LocalFileProvider


class Command(BaseCommand):
    help = "Wrap the keys of all cities with another wrapping key; a stopped run is begun again."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file of the new wrapping key, made unless it is there."""
        parser.add_argument("new_key_file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Wrap anew, and say what to set next."""
        new = LocalFileProvider(path=options["new_key_file"].resolve())
        new.prepare()
        done, before = vault.rewrap_keys(new=new)
        self.stdout.write(f"{done} keys wrapped anew, {before} were already")
        self.stdout.write(
            "next: MADOGUCHI_KEY_FILE to the new file, MADOGUCHI_FORMER_KEY_FILE to the old one, restart,"
            " run this once more, then destroy the old file"
        )
