"""Reading the mails that the sink kept."""

import html
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from deploy.local.smtp_sink import ENVELOPE_TO
from madoguchi import clock
from madoguchi.web import dates

LINK = re.compile(r"https?://[^\s<>\"'\u3000-\u303f\uff00-\uffef]+")
NAME = re.compile(r"\d{20}-[0-9a-f]{8}")
TRAILING = ".,;:)]}"


@dataclass(frozen=True)
class Mail:
    """One caught mail."""

    id: str
    to: tuple[str, ...]
    sender: str
    subject: str
    date: str
    text: str
    html: str
    message_id: str
    links: tuple[str, ...]
    attachments: tuple[str, ...]

    @property
    def when(self) -> str:
        """write in Japanese when the mail was sent, as its header says where that is no date."""
        try:
            sent_at = clock.local(parsedate_to_datetime(self.date))
        except ValueError:
            return self.date
        return f"{dates.full_date(sent_at.date())} {dates.japanese_time(sent_at)}"

    def to_json(self) -> dict[str, object]:
        """return the mail as the JSON list shows it."""
        return {
            "id": self.id,
            "to": ", ".join(self.to),
            "from": self.sender,
            "subject": self.subject,
            "date": self.date,
            "text": self.text,
            "html": self.html,
            "message_id": self.message_id,
            "links": list(self.links),
            "attachments": list(self.attachments),
        }


def list_mails(*, folder: Path, to: str = "", limit: int = 200) -> list[Mail]:
    """return the newest mails, of one recipient where `to` names one."""
    wanted = to.strip().lower()
    found: list[Mail] = []
    for path in sorted(folder.glob("[0-9]*.eml"), reverse=True):
        mail = _read(path)
        if mail and (not wanted or wanted in (address.lower() for address in mail.to)):
            found.append(mail)
        if len(found) == limit:
            break
    return found


def find_mail(*, folder: Path, mail_id: str) -> Mail | None:
    """return one mail, or None when there is none of that name."""
    return _read(folder / f"{mail_id}.eml") if NAME.fullmatch(mail_id) else None


def find_links(text: str) -> tuple[str, ...]:
    """return the web addresses in a text, each once, in the order they stand there."""
    return tuple(dict.fromkeys(link.rstrip(TRAILING) for link in LINK.findall(text)))


def _read(path: Path) -> Mail | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    message = message_from_bytes(raw, policy=policy.default)
    text, page = _body(message, "plain"), _body(message, "html")
    return Mail(
        id=path.stem,
        to=_recipients(message),
        sender=str(message.get("From", "")),
        subject=str(message.get("Subject", "")),
        date=str(message.get("Date", "")),
        text=text,
        html=page,
        message_id=str(message.get("Message-ID", "")),
        links=find_links(text + "\n" + html.unescape(page)),
        attachments=tuple(part.get_filename() or "" for part in message.iter_attachments()),
    )


def _recipients(message: EmailMessage) -> tuple[str, ...]:
    headers = message.get_all(ENVELOPE_TO) or message.get_all("To", [])
    return tuple(address for _, address in getaddresses([str(one) for one in headers or []]) if address)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, UnicodeDecodeError):
        payload = part.get_payload(decode=True)
        return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
    return content if isinstance(content, str) else ""
