"""Which cities a command about keys means."""

from collections.abc import Iterator

from django.core.management.base import CommandError, CommandParser

from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import City, directory


def add_choice(parser: CommandParser) -> None:
    """Let a command take one city, our operators, or everybody."""
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--city", help="local government code")
    chosen.add_argument("--operators", action="store_true", help="the world of our operators")
    chosen.add_argument("--all", action="store_true", help="every city and our operators")


def chosen_cities(*, code: str | None, operators: bool, everybody: bool) -> Iterator[City]:
    """Give the cities that were meant."""
    known = directory()
    if code:
        city = known.by_code(code)
        if city is None:
            raise CommandError(f"no city has the code {code}")
        yield city
    if everybody:
        yield from known.all()
    if operators or everybody:
        yield known.operators()


def actor_of_command(name: str) -> Actor:
    """Name whoever answers for a command."""
    return Actor(kind="operator", id="manage.py", name=name)
