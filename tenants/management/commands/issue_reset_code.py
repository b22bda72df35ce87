"""manage.py issue_reset_code operators 900001"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi import clock
from madoguchi.accounts import services as accounts
from madoguchi.accounts.codes import normalise_staff_code
from madoguchi.accounts.models import Staff
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.tenancy import City, in_city
from tenants.directory import directory

OPERATORS = "operators"


class Command(BaseCommand):
    help = "Issue the code by which somebody chooses a password: the first operator, above all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the world and the person."""
        parser.add_argument("world", help="the code of a city, or: operators")
        parser.add_argument("staff_code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the code to the terminal once; it lives a day and leaves an audit entry."""
        city = _world(options["world"])
        with in_city(city):
            staff = Staff.objects.filter(staff_code=normalise_staff_code(options["staff_code"])).first()
            if staff is None:
                raise CommandError(f"nobody in {city.name} has the staff code {options['staff_code']}")
            code = accounts.issue_reset_code(staff_id=staff.id, actor=SYSTEM, now=clock.now())
        self.stdout.write(f"{city.staff_url}/sign-in/reset/\n{code}")


def _world(name: str) -> City:
    found = directory.operators() if name == OPERATORS else directory.by_code(name)
    if found is None:
        raise CommandError(f"there is no city with the code {name}")
    return found
