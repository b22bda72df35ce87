"""The process that takes in mails that came back."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from madoguchi import clock
from madoguchi.notifications import bounces
from madoguchi.notifications.channels import inbox


class Command(BaseCommand):
    """Take mails in until told to stop, or one mail that a mail server hands over."""

    help = "Take in mails that came back (SMTP or LMTP), or one mail from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer a server, or one mail by a pipe."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=2526)
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP instead of SMTP")
        parser.add_argument(
            "--recipient", default="", help="read one mail for this address from standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve, or note one mail."""
        if not settings.MADOGUCHI["BOUNCE_HOST"]:
            raise CommandError("MADOGUCHI_BOUNCE_HOST is not set: no mail names an address to come back to")
        if options["recipient"]:
            self.stdout.write(take_in(sys.stdin.buffer.read(), options["recipient"]))
            return
        inbox.serve(host=options["host"], port=options["port"], take_in=take_in, is_lmtp=options["lmtp"])


def take_in(raw: bytes, recipient: str) -> str:
    """Note one mail; a connection that was lost meanwhile is replaced."""
    connection.close_if_unusable_or_obsolete()
    return bounces.take_in(raw=raw, recipient=recipient, now=clock.now()).value
