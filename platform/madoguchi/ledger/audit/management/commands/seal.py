"""The sealing process."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from madoguchi.ledger.audit.sealer import Sealer


class Command(BaseCommand):
    """Seal the audit lists each minute until told to stop."""

    help = "Close every city's audit list with a seal each minute, and note its state each day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer one round instead of a loop."""
        parser.add_argument("--once", action="store_true", help="seal what waits now and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the sealer; SIGTERM and SIGINT let it finish the city it is in."""
        sealer = Sealer()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sealer.stop())
        if options["once"]:
            self.stdout.write(f"{sealer.seal_once()} entries sealed")
        else:
            sealer.run()
