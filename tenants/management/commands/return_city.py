"""manage.py return_city 402036 /return/402036"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import SYSTEM
from tenants.directory import directory
from tenants.offboarding.returning import return_city


class Command(BaseCommand):
    help = "Write all of a city's data opened, as CSV, with its files: to be handed to the city alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the city's code and a folder that does not exist yet."""
        parser.add_argument("code")
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, and say how much it is."""
        city = directory.by_code(options["code"])
        if city is None:
            raise CommandError(f"no city has the code {options['code']}")
        try:
            done = return_city(city=city, folder=options["folder"].absolute(), actor=SYSTEM, now=clock.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{city.code} {city.name}: {done.tables} tables, {done.rows} rows, {done.files} files"
        )
