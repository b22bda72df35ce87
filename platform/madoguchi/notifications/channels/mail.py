"""Mail by SMTP. The only module of the room that speaks to a network."""

import logging
import smtplib
import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from urllib.parse import urlsplit

from django.conf import settings

from madoguchi import clock
from madoguchi.notifications import signing
from madoguchi.notifications.messages import Attachment
from madoguchi.notifications.reasons import NO_ADDRESS
from madoguchi.notifications.rendering import Rendered
from madoguchi.tenancy import City

logger = logging.getLogger(__name__)
IDLE_SECONDS = 5.0
SURE_SECONDS = 0.2
"""A connection that was used so lately is not asked whether it still lives."""
REST_SECONDS = 60.0
"""So long a mail server that did not answer is tried last."""
TIMEOUT = 10
_open = threading.local()


class Undeliverable(Exception):
    """The receiving side refuses this address for good."""


class Unsendable(Exception):
    """The mail server refuses this message for good, whoever it is for."""


@dataclass(frozen=True)
class Envelope:
    """Who a mail goes to, in whose name, and under which number that never changes."""

    city: City
    to: str
    message_id: str
    at: datetime
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    stop_url: str = ""
    """Where its reader says that no more of these are wanted; none for what somebody needs."""


def compose(*, rendered: Rendered, envelope: Envelope, attachments: Sequence[Attachment]) -> EmailMessage:
    """Write a mail: complete plain text first, the same as HTML, then the attached files.

    Raises Undeliverable for an address that is none.
    """
    host = host_of(envelope.city)
    sender = envelope.sender or usual_sender(envelope.city)
    mail = EmailMessage()
    mail["Subject"] = rendered.subject
    mail["From"] = Address(display_name=envelope.sender_name or envelope.city.name, addr_spec=sender)
    if envelope.reply_to:
        # A mail that nobody can answer is better than none.
        with suppress(Undeliverable):
            mail["Reply-To"] = recipient(envelope.reply_to)
    mail["To"] = recipient(envelope.to)
    mail["Date"] = format_datetime(clock.local(envelope.at))
    mail["Message-ID"] = f"<{envelope.message_id}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if envelope.stop_url:
        mail["List-Unsubscribe"] = f"<{envelope.stop_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(rendered.text, cte="base64")
    mail.add_alternative(rendered.html, subtype="html", cte="base64")
    for each in attachments:
        _attach(mail, each)
    return mail


def _attach(mail: EmailMessage, each: Attachment) -> None:
    kind, _, rest = each.content_type.partition(";")
    maintype, _, subtype = kind.strip().partition("/")
    # A calendar needs its method here, too, or it takes a cancellation for a file to look at (RFC 6047, 2.4).
    params = {name.strip(): value.strip() for name, _, value in [rest.partition("=")] if value}
    if maintype == "text":
        mail.add_attachment(each.text, subtype=subtype, filename=each.name, params=params, cte="base64")
    else:
        data = each.text.encode()
        mail.add_attachment(data, maintype=maintype, subtype=subtype, filename=each.name, params=params)


def recipient(address: str) -> Address:
    """Write an address as mail servers take it.

    Raises Undeliverable for an address that is none.
    """
    name, _, host = address.strip().rpartition("@")
    # Old addresses of Japanese carriers have dots that RFC 5322 allows between quotes only.
    if name.startswith(".") or name.endswith(".") or ".." in name:
        name = f'"{name}"'
    try:
        found = Address(addr_spec=f"{name}@{host.encode('idna').decode()}")
    except (ValueError, IndexError, HeaderParseError) as error:
        raise Undeliverable(NO_ADDRESS) from error
    if not name or not host or not name.isascii():
        raise Undeliverable(NO_ADDRESS)
    return found


def usual_sender(city: City) -> str:
    """Name the address in which a city writes before it has one of its own."""
    return str(city.rules.get("mail_from") or f"no-reply@{host_of(city)}")


def host_of(city: City) -> str:
    """Name the host under which a city writes."""
    return urlsplit(city.resident_url or city.staff_url).hostname or "localhost"


def send(*, mail: EmailMessage, return_path: str = "", signer: signing.Signer | None = None) -> None:
    """Hand a mail to the mail server over a connection that is kept for a short while.

    Raises Undeliverable or Unsendable for good; any other error means: later again.
    """
    sender, *_ = addresses_in(mail, "From")
    written = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
    if signer:
        written = signing.sign(written, signer=signer, now=clock.now())
    try:
        connection().sendmail(return_path or sender, addresses_in(mail, "To"), written)
    except smtplib.SMTPRecipientsRefused as error:
        close()
        code, reply = next(iter(error.recipients.values()))
        raise refusal(Undeliverable, code, reply, error) from error
    except smtplib.SMTPResponseException as error:
        close()
        raise refusal(Unsendable, error.smtp_code, error.smtp_error, error) from error
    except (OSError, smtplib.SMTPException):
        close()
        raise
    _open.used_at = time.monotonic()


def addresses_in(mail: EmailMessage, header: str) -> list[str]:
    """List the plain addresses of a header."""
    return [address for _name, address in getaddresses([str(mail[header])])]


def refusal(kind: type[Exception], code: int, reply: bytes | str, error: Exception) -> Exception:
    """Tell a refusal for good (5xx) from one that asks to come back (4xx)."""
    if code < 500:
        return error
    words = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return kind(f"{code} {words}"[:200])


def connection() -> smtplib.SMTP:
    """Open a connection to the mail server, or use the one that was used a moment ago."""
    kept: smtplib.SMTP | None = getattr(_open, "smtp", None)
    idle = time.monotonic() - _open.used_at if kept is not None else IDLE_SECONDS
    if kept is not None and idle < IDLE_SECONDS and (idle < SURE_SECONDS or is_alive(kept)):
        return kept
    close()
    fresh = first_open(routes())
    _open.smtp, _open.used_at = fresh, time.monotonic()
    return fresh


def routes() -> list[tuple[str, int]]:
    """List the mail servers to try: the usual one, then the second, unless the usual one failed just now."""
    usual = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    second = settings.MADOGUCHI["SECOND_MAIL_SERVER"]
    if not second:
        return [usual]
    host, _, port = second.partition(":")
    ways = [usual, (host, int(port or settings.EMAIL_PORT))]
    return ways[::-1] if time.monotonic() < getattr(_open, "usual_rests_until", 0.0) else ways


def first_open(ways: list[tuple[str, int]]) -> smtplib.SMTP:
    """Open the first mail server that answers. A mail that one of them took is never given to another."""
    for number, (host, port) in enumerate(ways, start=1):
        try:
            return opened(host, port)
        except (OSError, smtplib.SMTPException):
            if number == len(ways):
                raise
            logger.warning("mail server %d of %d does not answer", number, len(ways))
            if (host, port) == (settings.EMAIL_HOST, settings.EMAIL_PORT):
                _open.usual_rests_until = time.monotonic() + REST_SECONDS
    raise AssertionError("there is always one way")


def opened(host: str, port: int) -> smtplib.SMTP:
    """Open a connection to one mail server."""
    fresh = smtplib.SMTP(host, port, timeout=settings.EMAIL_TIMEOUT or TIMEOUT)
    try:
        if settings.EMAIL_USE_TLS:
            fresh.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            fresh.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException):
        fresh.close()
        raise
    return fresh


def is_alive(smtp: smtplib.SMTP) -> bool:
    """Tell whether the server still answers on a kept connection."""
    try:
        return smtp.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def close() -> None:
    """Close the kept connection, if there is one."""
    kept: smtplib.SMTP | None = getattr(_open, "smtp", None)
    if kept is not None:
        kept.close()
        _open.smtp = None
