"""manage.py import_settings 402036 /somewhere/settings.json [--dry-run]"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.preferences import carrying
from madoguchi.tenancy import find_city, in_city


class Command(BaseCommand):
    help = "Choose in one city what another one chose; each change stands in the city's audit list."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the city's code and the file of another city."""
        parser.add_argument("code")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, no more")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change, or rehearse it, and say field by field what was before and after."""
        try:
            content = json.loads(options["file"].read_text(encoding="utf-8"))
            city = find_city(code=options["code"])
            with in_city(city, rollback=options["dry_run"]):
                done = carrying.take(content=content, actor=SYSTEM, now=clock.now())
        except (OSError, ValueError, AttributeError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        for each in done:
            for label, before, after in each.changes:
                self.stdout.write(f"{each.plugin}: {label}: {before} → {after}")
            for name in each.left:
                self.stdout.write(f"{each.plugin}: {name}: left out")
        done_word = "would change" if options["dry_run"] else "changed"
        self.stdout.write(f"{city.code} {city.name}: {sum(len(each.changes) for each in done)} {done_word}")
