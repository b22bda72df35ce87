"""The door through which mails come back: a small server that speaks SMTP or LMTP and relays nothing."""

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from madoguchi.notifications import return_paths

logger = logging.getLogger(__name__)
LARGEST_BYTES = 2 * 1024 * 1024
"""A report quotes the mail it is about; ours are small."""

TakeIn = Callable[[bytes, str], object]


class Inbox:
    """Takes in what comes back to an address that we wrote, and nothing else."""

    def __init__(self, take_in: TakeIn) -> None:
        self._take_in = take_in
        # One thread, hence one connection to the database; the loop only listens.
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bounces")

    async def handle_RCPT(  # noqa: N802  the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept our own return addresses, and the one to which complaints are sent."""
        if return_paths.read(address) is None and not return_paths.is_for_complaints(address):
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Note what the mail says, or ask the other server to come again."""
        raw = envelope.original_content or b""
        loop = asyncio.get_running_loop()
        try:
            for address in envelope.rcpt_tos:
                await loop.run_in_executor(self._threads, self._take_in, raw, address)
        except Exception:
            logger.exception("a mail that came back could not be noted")
            return "451 4.3.0 Come again"
        return "250 2.0.0 Noted"


def serve(*, host: str, port: int, take_in: TakeIn, is_lmtp: bool) -> None:
    """Listen until the process is asked to end."""
    # The library would log every command, and with it the addresses of those whose mail answers by itself.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    asyncio.run(_serve(host, port, Inbox(take_in), is_lmtp=is_lmtp))


async def _serve(host: str, port: int, inbox: Inbox, *, is_lmtp: bool) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    kind: Any = LMTP if is_lmtp else SMTP
    server = await loop.create_server(
        lambda: kind(inbox, hostname="bounces", data_size_limit=LARGEST_BYTES), host=host, port=port
    )
    async with server:
        logger.info("mails that come back are taken in on %s:%d", host, port)
        await ended.wait()
