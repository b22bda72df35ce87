"""manage.py switch_plugin"""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import City, in_city
from tenants import switching
from tenants.directory import directory


class Command(BaseCommand):
    help = "Switch a plugin on or off in a city as an operator does, written down in both worlds."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the city, the plugin and the position of the switch."""
        parser.add_argument("city", help="local government code")
        parser.add_argument("plugin")
        parser.add_argument("position", choices=["on", "off"])
        parser.add_argument(
            "--agree", action="store_true", help="first add the plugin to the city's contract"
        )
        parser.add_argument("--by", default=getpass.getuser(), help="who answers for it (the system's user)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Switch, and say whether that changed anything."""
        city = directory.by_code(options["city"])
        if city is None:
            raise CommandError(f"no city has the code {options['city']}")
        actor = Actor(kind="operator", id="manage.py", name=options["by"])
        try:
            with in_city(directory.operators()):
                changed = self._switch(city, actor, options)
        except DomainError as error:
            raise CommandError(f"{error.code}: {error}") from error
        position = options["position"]
        self.stdout.write(
            f"{options['plugin']} {'is' if changed else 'was already'} {position} in {city.name}"
        )

    def _switch(self, city: City, actor: Actor, options: dict[str, Any]) -> bool:
        plugin, now = options["plugin"], clock.now()
        if options["position"] == "off":
            return switching.switch_off(city=city, plugin=plugin, actor=actor, now=now)
        if options["agree"]:
            allowed = [line.plugin for line in switching.lines(city=city) if line.is_allowed]
            switching.agree_on(city=city, plugins=[*allowed, plugin], actor=actor, now=now)
        return switching.switch_on(city=city, plugin=plugin, actor=actor, now=now)
