"""The relay process."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from madoguchi.ledger.outbox.relay import Relay


class Command(BaseCommand):
    """Deliver the outbox of every city until told to stop."""

    help = "Deliver the events of every city: mails, messages and what plugins tell one another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer one pass instead of a loop."""
        parser.add_argument("--once", action="store_true", help="deliver what is due now and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the relay; SIGTERM and SIGINT let it finish the event in hand."""
        if settings.MADOGUCHI["LEFT_OUT_PLUGINS"]:
            raise CommandError("MADOGUCHI_LEFT_OUT_PLUGINS is set: the relay knows every plugin: unset it")
        relay = Relay()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: relay.stop())
        if options["once"]:
            relay.deliver_all()
        else:
            relay.run()
