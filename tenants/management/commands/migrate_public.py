"""manage.py migrate_public"""

from typing import Any

from django.core.management.base import BaseCommand

from tenants.management.owner import require_owner
from tenants.provisioning import template


class Command(BaseCommand):
    help = "Bring the public schema up to date: the list of cities and nothing else."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate the public schema and grant the application its reading, our operators their writing."""
        require_owner()
        template.migrate_public()
        self.stdout.write("public schema is up to date")
