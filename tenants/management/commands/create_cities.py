"""manage.py create_cities [municipalities.csv]"""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import PersonalData
from tenants.fleet.creating import create_cities
from tenants.fleet.municipalities import Municipality, Terms, all_municipalities, read_municipalities
from tenants.management.approval import add_approval, read_approval
from tenants.management.owner import require_owner

TERM_YEARS = 5


class Command(BaseCommand):
    help = (
        "Make a city of every line of a CSV file (code, prefecture, name, name_kana; without a file: all"
        " municipalities of Japan). Cities that exist are named and skipped, so it can be run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the list and what is agreed with all of them."""
        parser.add_argument("list", nargs="?", type=Path, metavar="municipalities.csv")
        parser.add_argument("--jobs", type=int, default=4, help="processes (4)")
        parser.add_argument("--limit", type=int, default=0, help="only the first so many lines")
        parser.add_argument("--state", choices=("test", "active"), default="test")
        parser.add_argument(
            "--plugins", default="card_reservation,card_management", help="switched on, with commas"
        )
        parser.add_argument(
            "--personal-data",
            choices=[str(each) for each in PersonalData],
            default="names",
            help="kept of the people who book, where a line says nothing (names)",
        )
        add_approval(parser)
        parser.add_argument("--starts-on", type=date.fromisoformat, help="contract (today)")
        parser.add_argument("--ends-on", type=date.fromisoformat, help="contract (five years later)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the cities; exit 1 when a line failed."""
        require_owner()
        try:
            outcome = create_cities(
                municipalities=_list(options),
                terms=_terms(options),
                jobs=options["jobs"],
                report=self._say,
                approval=read_approval(options),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        said = f"{len(outcome.made)} made, {len(outcome.skipped)} skipped, {len(outcome.failed)} failed"
        if outcome.failed:
            raise CommandError(f"{said}. Nothing is half made: mend and run this again.")
        self._say(said)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _list(options: dict[str, Any]) -> tuple[Municipality, ...]:
    path: Path | None = options["list"]
    found = read_municipalities(path) if path else all_municipalities()
    return found[: options["limit"] or None]


def _terms(options: dict[str, Any]) -> Terms:
    starts_on = options["starts_on"] or clock.today()
    return Terms(
        starts_on=starts_on,
        ends_on=options["ends_on"] or date(starts_on.year + TERM_YEARS, 3, 31),
        plugins=tuple(name for name in options["plugins"].split(",") if name),
        state=options["state"],
        personal_data=options["personal_data"],
    )
