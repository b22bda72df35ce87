"""The pages that a proxy serves while the site does not answer."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from madoguchi import clock
from tenants.outages.pages import write_pages


class Command(BaseCommand):
    """Write one page for each host, with the outages that are planned."""

    help = "Write the pages that a proxy serves by itself while the site does not answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", default=settings.MADOGUCHI["OUTAGE_PAGES"])

    def handle(self, *args: Any, folder: str, **options: Any) -> None:
        if not folder:
            raise CommandError("name a folder: --folder, or MADOGUCHI_OUTAGE_PAGES")
        written = write_pages(folder=folder, now=clock.now())
        self.stdout.write(f"{written} pages written to {folder}")
