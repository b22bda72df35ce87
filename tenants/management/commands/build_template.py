"""manage.py build_template"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from madoguchi.errors import DomainError
from tenants.management.owner import require_owner
from tenants.provisioning import template


class Command(BaseCommand):
    help = "Migrate the template schema from which cities are made, unless it is up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the template and say where its dump lies."""
        require_owner()
        try:
            self.stdout.write(f"template: {template.build_template().name}")
        except DomainError as error:
            raise CommandError(str(error)) from error
