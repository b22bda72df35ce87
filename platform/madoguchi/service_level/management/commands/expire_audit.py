"""Delete what cities no longer keep of their audit lists; for the owner alone."""

from argparse import ArgumentParser
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from madoguchi import clock
from madoguchi.ledger.audit import expiring
from madoguchi.preferences import queries as preferences
from madoguchi.service_level.preferences import LogRules
from madoguchi.tenancy import City, each_city, find_city, in_city


class Command(BaseCommand):
    """Go through the cities; with --dry-run only count."""

    help = "Delete the entries of audit lists that are older than each city keeps them. Run it as the owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one city or all, and whether to look only."""
        parser.add_argument("--city", default="", metavar="CODE", help="one city by its six-digit code")
        parser.add_argument("--dry-run", action="store_true", help="count and delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a city.

        Raises CommandError where the process is not the owner's.
        """
        if settings.MADOGUCHI["DATABASE_MODE"] != "owner" and not options["dry_run"]:
            raise CommandError("a city's role can delete nothing: set MADOGUCHI_DATABASE_MODE=owner")
        cities = [find_city(code=options["city"])] if options["city"] else each_city()
        for city in cities:
            self._expire(city, is_dry=options["dry_run"])

    def _expire(self, city: City, *, is_dry: bool) -> None:
        now = clock.now()
        with in_city(city):
            years = preferences.current(LogRules).kept_years
            before = _years_before(now, years)
            found = expiring.due(before=before)
            if found is None:
                text = "nothing is due"
            elif is_dry:
                text = f"{found.entries} entries under {found.seals} seals are due"
            else:
                gone = expiring.expire(before=before, kept_years=years, now=now)
                text = f"{gone} entries under {found.seals} seals deleted"
        self.stdout.write(f"{city.code} {city.name}: kept for {years} years, from {before:%Y-%m-%d}; {text}")


def _years_before(now: datetime, years: int) -> datetime:
    today = clock.local(now).date()
    # A 29 February has no day of its own in most years.
    day = today.replace(year=today.year - years, day=min(today.day, 28) if today.month == 2 else today.day)
    return datetime.combine(day, time(), tzinfo=clock.JAPAN)
