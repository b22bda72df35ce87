"""The drill after a restore: what does the journal know that the database lost?"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from madoguchi.ledger.outbox import journal, queries
from madoguchi.tenancy import find_city, in_city


class Command(BaseCommand):
    """Report; nothing is changed."""

    help = "List the events of a city that its journal holds and its database does not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the city and the first day."""
        parser.add_argument("--city", required=True, help="local government code")
        parser.add_argument("--since", required=True, type=date.fromisoformat, help="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and report; end with an error when something is missing."""
        with in_city(find_city(code=options["city"]), rollback=True):
            remembered = sum(1 for _ in journal.records(since=options["since"]))
            missing = list(queries.missing_from_database(since=options["since"]))
        for record in missing:
            number = record.payload.get("number", "")
            self.stdout.write(f"{record.created_at.isoformat()} {record.kind} {record.key} {number}")
        self.stdout.write(f"{remembered} events in the journal, {len(missing)} missing in the database")
        if missing:
            raise CommandError(f"{len(missing)} events are missing")
