"""Draw the life of a card into the documentation."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from plugins.card_management.declarations.diagram import page


class Command(BaseCommand):
    help = "Draw the life of a card into docs/reference/card-life-cycle.md."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.ROOT / "docs" / "reference" / "card-life-cycle.md"
        path.write_text(page(), encoding="utf-8")
        self.stdout.write(str(path.relative_to(settings.ROOT)))
