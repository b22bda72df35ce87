"""manage.py provision"""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants.management.owner import require_owner
from tenants.provisioning.provisioner import Provisioner


class Command(BaseCommand):
    help = "Make the cities that our operators wish for, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer one pass instead of a loop."""
        parser.add_argument("--once", action="store_true", help="make what is wished for now and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the provisioner; SIGTERM and SIGINT let it finish the city in hand."""
        require_owner()
        provisioner = Provisioner()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: provisioner.stop())
        if options["once"]:
            self.stdout.write(f"wishes: {provisioner.fulfil_all()}")
        else:
            provisioner.run()
