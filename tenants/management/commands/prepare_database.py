"""manage.py prepare_database"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from madoguchi.ledger import vault
from tenants.provisioning.roles import prepare_server


class Command(BaseCommand):
    help = "Create the database and its two logins on a server, or bring them up to date."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the server that MADOGUCHI_ADMIN_DATABASE_URL names."""
        admin_url = settings.MADOGUCHI["ADMIN_DATABASE_URL"]
        if not admin_url:
            raise CommandError("set MADOGUCHI_ADMIN_DATABASE_URL to an administrator of the server")
        prepare_server(
            admin_url=admin_url,
            owner_url=settings.MADOGUCHI["OWNER_DATABASE_URL"],
            app_url=settings.MADOGUCHI["DATABASE_URL"],
        )
        vault.prepare_key_store()
        self.stdout.write("database, logins and key store are ready")
