"""manage.py retire_keys"""

import getpass
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from madoguchi import clock
from madoguchi.errors import DomainError
from tenants.keys import rotating
from tenants.keys.choosing import actor_of_command, add_choice, chosen_cities


class Command(BaseCommand):
    help = "Destroy the older keys of cities once no row, backup or journal needs them."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which cities, and how long copies of their data are kept."""
        add_choice(parser)
        parser.add_argument("--by", default=getpass.getuser(), help="who answers for it (the system's user)")
        parser.add_argument(
            "--kept-days",
            type=int,
            default=rotating.KEPT_AFTER.days,
            help="how long backups and the journal are kept (40)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Destroy older keys, or say what still needs them."""
        actor = actor_of_command(options["by"])
        for city in chosen_cities(
            code=options["city"], operators=options["operators"], everybody=options["all"]
        ):
            kept = timedelta(days=options["kept_days"])
            try:
                gone = rotating.retire(city=city, actor=actor, kept_after=kept, now=clock.now())
            except DomainError as refusal:
                self.stderr.write(f"{city.code}: {refusal}")
                continue
            self.stdout.write(f"{city.code}: {len(gone)} older keys are destroyed")
