"""manage.py reseal_keys"""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from madoguchi import clock
from tenants.keys import rotating
from tenants.keys.choosing import actor_of_command, add_choice, chosen_cities


class Command(BaseCommand):
    help = "Seal with a city's newest key what an older one sealed; it may be stopped and begun again."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which cities."""
        add_choice(parser)
        parser.add_argument("--by", default=getpass.getuser(), help="who answers for it (the system's user)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through every sealed row of each city that was meant."""
        actor = actor_of_command(options["by"])
        for city in chosen_cities(
            code=options["city"], operators=options["operators"], everybody=options["all"]
        ):
            result = rotating.reseal(city=city, actor=actor, tell=lambda done, total: None, now=clock.now())
            self.stdout.write(f"{city.code}: {result.done} rows, {result.broken} broken, {result.left} left")
