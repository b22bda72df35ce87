"""The watching process."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tenants.watch.watcher import Watcher


class Command(BaseCommand):
    """Look at every city each minute until told to stop."""

    help = "Probe every city and plugin each minute and write down what was seen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer one round instead of a loop."""
        parser.add_argument("--once", action="store_true", help="look at the minute that runs and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the watcher; SIGTERM and SIGINT let it write down what has answered."""
        watcher = Watcher()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: watcher.stop())
        if options["once"]:
            watcher.look_once()
        else:
            watcher.run()
