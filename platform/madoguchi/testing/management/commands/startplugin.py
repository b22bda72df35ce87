"""manage.py startplugin"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi.testing.planting import LIST, CannotPlant, plant
from madoguchi.testing.sources import ROOT


class Command(BaseCommand):
    help = "Make a small complete plugin under plugins/ and add it to the list of plugins."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the plugin's name and what people call it."""
        parser.add_argument("name", help="lower-case letters and underscores: suggestion_box")
        parser.add_argument("--label", default="", help="what people call it: ご意見箱")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the plugin and say what comes next."""
        name = options["name"]
        try:
            written = plant(name=name, label=options["label"] or name)
        except CannotPlant as error:
            raise CommandError(str(error)) from error
        for path in written:
            self.stdout.write(f"  {path.relative_to(ROOT)}")
        self.stdout.write(f"  {LIST}: a line for plugins.{name}")
        self.stdout.write("Next: manage.py migrate_fleet")
        self.stdout.write(f"Then: manage.py switch_plugin CITY {name} on --agree")
