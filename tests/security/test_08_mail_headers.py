"""IPA 8: what people type adds no header and no reader to a mail."""

from email import message_from_bytes
from email.message import EmailMessage

import pytest

from madoguchi import clock
from madoguchi.notifications.channels import mail
from madoguchi.notifications.rendering import Rendered
from madoguchi.tenancy import City

HOSTILE = "x\r\nBcc: evil@evil.example\r\n\r\nzz"


def _envelope(home: City, **changed: str) -> mail.Envelope:
    values = {"to": "hanako@example.jp", "message_id": "zz", **changed}
    return mail.Envelope(city=home, at=clock.now(), **values)


def has_another_reader(sent: EmailMessage) -> bool:
    """Tell whether a mail, read as a server reads it, names somebody else."""
    read = message_from_bytes(sent.as_bytes())
    return "Bcc" in read or "evil.example" in f"{read['To']}{read['Cc']}{read['Reply-To']}"


@pytest.mark.parametrize("field", ["to", "sender_name", "reply_to", "subject"])
def test_a_line_break_adds_no_reader(home: City, field: str) -> None:
    subject = HOSTILE if field == "subject" else "予約の確認"
    changed = {} if field == "subject" else {field: HOSTILE}
    rendered = Rendered(subject=subject, text="本文", html="<p>本文</p>")
    try:
        sent = mail.compose(rendered=rendered, envelope=_envelope(home, **changed), attachments=())
    except (ValueError, mail.Undeliverable):
        return
    assert not has_another_reader(sent)


def test_a_mail_put_together_by_hand_would_be_found() -> None:
    from email.policy import compat32

    by_hand = f"To: hanako@example.jp\nSubject: {HOSTILE}\n\n本文".encode()
    read = message_from_bytes(by_hand.replace(b"\r\n", b"\n"), policy=compat32)
    assert has_another_reader(read)  # type: ignore[arg-type]
