"""Prove that nobody has changed the audit lists."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from madoguchi import clock
from madoguchi.ledger.audit import services
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.verifying import Report, verify
from madoguchi.tenancy import City, directory, each_city, find_city, in_city


class Command(BaseCommand):
    """Recompute the seals of one city or of all, the operators' world included."""

    help = "Recompute every seal of the audit lists; ends with 1 where something does not fit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the code of one city, or nothing for all."""
        parser.add_argument("--city", default="", metavar="CODE", help="one city by its six-digit code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a city and every finding.

        Raises CommandError when something does not fit.
        """
        cities = (
            [find_city(code=options["city"])] if options["city"] else [directory().operators(), *each_city()]
        )
        unsound = [city.code for city in cities if not self._verify(city).is_sound]
        if unsound:
            raise CommandError(f"the audit list does not fit its seals: {', '.join(unsound)}")

    def _verify(self, city: City) -> Report:
        with in_city(city):
            report = verify()
            services.record(
                actor=SYSTEM,
                action="audit.verified",
                object_type="audit.entry",
                object_ids=[],
                details={"seals": report.seals, "entries": report.entries, "findings": len(report.findings)},
                now=clock.now(),
            )
        state = "sound" if report.is_sound else "NOT SOUND"
        self.stdout.write(
            f"{city.code} {city.name}: {state}; {report.entries} entries under {report.seals} seals,"
            f" {report.waiting} waiting; head {report.digest}"
        )
        for finding in report.findings:
            self.stdout.write(f"  {finding}")
        return report
