"""manage.py create_city profile.toml"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi import clock
from madoguchi.errors import DomainError
from tenants.management.approval import add_approval, read_approval
from tenants.management.owner import require_owner
from tenants.provisioning.city import create_city
from tenants.provisioning.profile import read_profile


class Command(BaseCommand):
    help = "Make cities from their profiles: all of a city or nothing of it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one or more profiles."""
        parser.add_argument("profiles", nargs="+", type=Path, metavar="profile.toml")
        add_approval(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make each city in turn; the first refusal stops the command."""
        require_owner()
        for path in options["profiles"]:
            try:
                city = create_city(
                    profile=read_profile(path),
                    now=clock.now(),
                    report=lambda step: None,
                    approval=read_approval(options),
                )
            except DomainError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{city.code} {city.name} {city.resident_url}")
