"""Write the reference pages that come from the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from madoguchi.testing.reference import pages


class Command(BaseCommand):
    help = "Write the pages of docs/reference that come from the code."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = settings.ROOT / "docs" / "reference"
        for name, write in pages().items():
            (folder / name).write_text(write(), encoding="utf-8")
            self.stdout.write(f"docs/reference/{name}")
