"""manage.py rotate_keys"""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from madoguchi import clock
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import City, directory, in_city
from tenants.keys import rotating
from tenants.keys.choosing import actor_of_command, add_choice, chosen_cities
from tenants.keys.tasks import reseal_with_job


class Command(BaseCommand):
    help = "Make a newer key for cities and seal their rows with it; reseal_keys goes on after a stop."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which cities, and whether the rows follow at once."""
        add_choice(parser)
        parser.add_argument("--by", default=getpass.getuser(), help="who answers for it (the system's user)")
        parser.add_argument("--only-begin", action="store_true", help="leave the rows to the nightly work")

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew the key of each city that was meant."""
        actor = actor_of_command(options["by"])
        for city in chosen_cities(
            code=options["city"], operators=options["operators"], everybody=options["all"]
        ):
            with in_city(directory().operators()):
                job = rotating.begin(city=city, actor=actor, now=clock.now())
            self.stdout.write(f"{city.code}: a newer key is in use")
            if not options["only_begin"]:
                self._carry_through(city, str(job.id), actor)

    def _carry_through(self, city: City, job: str, actor: Actor) -> None:
        result = reseal_with_job(city=city, job=job, actor=actor)
        self.stdout.write(f"{city.code}: {result.done} rows, {result.broken} broken, {result.left} left")
