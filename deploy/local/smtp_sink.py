"""A mail server that delivers nothing: every mail becomes a file in a folder.

Run by the supervisor as `python -m deploy.local.smtp_sink --port 2525 --folder var/mail`.
"""

import argparse
import asyncio
import secrets
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.files import write_whole

ENVELOPE_TO = "X-Envelope-To"
LARGEST_MAIL_BYTES = 20 * 1024 * 1024


class Sink:
    """Keeps every mail as one `.eml` file, named so that a later mail sorts later."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(  # noqa: N802  the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """keep the mail and accept it, or ask the sender to come again."""
        try:
            keep(folder=self.folder, envelope=envelope)
        except OSError as error:
            return f"451 4.3.0 The mail could not be kept: {error.strerror}"
        return "250 2.0.0 Kept"


def keep(*, folder: Path, envelope: Envelope) -> str:
    """write the mail with its true recipients on top and return its name."""
    raw = envelope.original_content or b""
    recipients = ", ".join(envelope.rcpt_tos)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    write_whole(path=folder / f"{name}.eml", content=f"{ENVELOPE_TO}: {recipients}\r\n".encode() + raw)
    return name


async def serve(*, folder: Path, port: int) -> None:
    """accept mail on the loopback port until the program is asked to end."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, ended.set)
    server = await loop.create_server(
        lambda: SMTP(
            Sink(folder), enable_SMTPUTF8=True, hostname="localhost", data_size_limit=LARGEST_MAIL_BYTES
        ),
        host="127.0.0.1",
        port=port,
    )
    async with server:
        print(f"keeping mail from port {port} in {folder}", flush=True)
        await ended.wait()


def main() -> None:
    """read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.smtp_sink")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(folder=arguments.folder, port=arguments.port))


if __name__ == "__main__":
    main()
