"""manage.py build_template"""

from typing import Any

from django.core.management.base import BaseCommand

from tenants.management.owner import require_owner
from tenants.provisioning import template


class Command(BaseCommand):
    help = "Migrate the template schema from which cities are made, unless it is up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the template and say where its dump lies."""
        require_owner()
        self.stdout.write(f"template: {template.build_template().name}")
