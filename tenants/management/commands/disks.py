"""manage.py disks"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tenants import disks


class Command(BaseCommand):
    help = "Say where this installation keeps data of cities, and whether the disk below is encrypted."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one line for each place; fail where one is not seen to be encrypted and nobody vouches."""
        found = disks.places()
        for place in found:
            word = "encrypted" if place.is_encrypted else "NOT SEEN"
            self.stdout.write(f"{word:<10} {place.name}: {place.where} ({place.seen})")
        evidence = settings.MADOGUCHI["DISK_EVIDENCE"]
        if evidence:
            self.stdout.write(f"evidence   {evidence}")
        elif not all(place.is_encrypted for place in found):
            raise CommandError("not every disk is seen to be encrypted, and MADOGUCHI_DISK_EVIDENCE is empty")
