"""manage.py erase_city 402036 --backups-until 2031-05-31 --returned /backup/402036-20310401"""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import SYSTEM
from tenants.management.owner import require_owner
from tenants.offboarding.erasing import End, erase_city, leftovers


class Command(BaseCommand):
    help = "Erase a closed city for good, once two operators agreed on it, and certify that."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the code, the day on which the last backup ends, and what the city took back."""
        parser.add_argument("code")
        parser.add_argument("--backups-until", type=date.fromisoformat, required=True)
        returned = parser.add_mutually_exclusive_group(required=True)
        returned.add_argument("--returned", type=Path, help="the backup set that the city took back")
        returned.add_argument("--nothing-returned", action="store_true", help="the city wanted nothing back")
        parser.add_argument("--certificate", type=Path, help="write the certificate here, too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, and say what is gone."""
        require_owner()
        returned = options["returned"].absolute() if options["returned"] else None
        end = End(
            code=options["code"],
            backups_until=options["backups_until"],
            returned=returned,
            actor=SYSTEM,
        )
        try:
            row = erase_city(end=end, now=clock.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        left = leftovers(city=row.city, schema_name=row.schema_name)
        if left:
            raise CommandError(f"still there: {', '.join(left)}; run this again")
        if options["certificate"] and row.certificate:
            options["certificate"].write_bytes(bytes(row.certificate))
        self.stdout.write(
            f"{row.code} {row.name}: {row.rows} rows, {row.files} files, {len(row.keys)} keys erased;"
            f" the last backup ends on {row.backups_until.isoformat()}"
        )
