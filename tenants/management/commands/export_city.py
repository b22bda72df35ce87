"""manage.py export_city 402036 /backup/402036-20261121"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.tenancy import find_city
from tenants.backup.exporting import export_city


class Command(BaseCommand):
    help = "Write the backup set of one city: its rows and files, sealed values sealed, no key."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the city's code and a folder that does not exist yet."""
        parser.add_argument("code")
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the set and say how much it holds."""
        try:
            city = find_city(code=options["code"])
            found = export_city(city=city, folder=options["folder"].absolute(), now=clock.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{found.code} {found.name}: {found.rows} rows, {len(found.media)} files")
