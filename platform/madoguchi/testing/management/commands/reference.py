"""Write the reference pages that come from the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from madoguchi.testing import asvs, compliance, supply
from madoguchi.testing.reference import pages

FILES = {
    compliance.TABLE: compliance.written,
    asvs.PAGE: asvs.page,
    supply.SBOM: supply.sbom,
    supply.THIRD_PARTY: supply.third_party_page,
}


class Command(BaseCommand):
    help = "Write the pages of docs/reference that come from the code."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = settings.ROOT / "docs" / "reference"
        for name, write in pages().items():
            (folder / name).write_text(write(), encoding="utf-8")
            self.stdout.write(f"docs/reference/{name}")
        for path, write_file in FILES.items():
            (settings.ROOT / path).write_text(write_file(settings.ROOT), encoding="utf-8")
            self.stdout.write(path)
