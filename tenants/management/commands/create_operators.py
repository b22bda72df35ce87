"""manage.py create_operators profile.toml"""

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from madoguchi import clock
from tenants.management.owner import require_owner
from tenants.provisioning.city import create_operators


class Command(BaseCommand):
    help = "Make the world of our operators, once, and add the people it lacks."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a profile with the first operators' sign-ins ([[staff]])."""
        parser.add_argument("profile", nargs="?", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the operators' schema unless it exists."""
        require_owner()
        path: Path | None = options["profile"]
        content = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
        made = create_operators(content=content, now=clock.now())
        self.stdout.write("operators: made" if made else "operators: there already")
