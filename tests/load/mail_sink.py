"""A mail server as production has it: it speaks TLS after STARTTLS, keeps nothing, and counts.

Started by tests.load.mails, which asks it to end and reads how many it took.
"""

import argparse
import asyncio
import signal
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Counter:
    """Accepts every mail and counts it."""

    def __init__(self) -> None:
        self.mails = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Count one mail."""
        self.mails += 1
        return "250 2.0.0 Counted"


async def serve(*, port: int, certificate: Path) -> int:
    """Accept mails until asked to end, and say how many there were."""
    loop, ended, counter = asyncio.get_running_loop(), asyncio.Event(), Counter()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await loop.create_server(
        lambda: SMTP(counter, hostname="localhost", tls_context=context, require_starttls=True),
        host="127.0.0.1",
        port=port,
    )
    async with server:
        print("ready", flush=True)
        await ended.wait()
    return counter.mails


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="mail_sink")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--certificate", type=Path, required=True)
    parser.add_argument("--count", type=Path, required=True)
    wanted = parser.parse_args()
    mails = asyncio.run(serve(port=wanted.port, certificate=wanted.certificate))
    wanted.count.write_text(str(mails))
