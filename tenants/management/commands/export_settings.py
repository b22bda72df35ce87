"""manage.py export_settings 402036 /somewhere/settings.json"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi.errors import DomainError
from madoguchi.preferences import carrying
from madoguchi.tenancy import find_city, in_city


class Command(BaseCommand):
    help = "Write what a city chose of its plugins, without what belongs to that city alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the city's code and a file that does not exist yet."""
        parser.add_argument("code")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file and say how many plugins are in it."""
        try:
            city = find_city(code=options["code"])
        except DomainError as error:
            raise CommandError(f"no city has the code {options['code']}") from error
        with in_city(city):
            content = carrying.write(city=city.code)
        try:
            with options["file"].open("x", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False, indent=1)
        except FileExistsError as error:
            raise CommandError(f"{options['file']} exists already: nothing was written") from error
        self.stdout.write(f"{city.code} {city.name}: {len(content['chosen'])} plugins")
