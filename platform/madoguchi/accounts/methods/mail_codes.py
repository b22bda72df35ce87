"""A code to the person's own mail, asked for while somebody guesses at their password."""

import hmac
import secrets
from datetime import datetime, timedelta

from madoguchi.accounts.acting import staff_actor
from madoguchi.accounts.credentials import MailCode
from madoguchi.accounts.events import StaffNoticed
from madoguchi.accounts.models import Staff
from madoguchi.ledger import vault
from madoguchi.ledger.outbox import services as outbox

SEALED_AT = "accounts_mailcode.sealed"
LIFE = timedelta(minutes=10)
DIGITS = 8


def send(*, staff: Staff, now: datetime) -> None:
    """Make a new code in the place of an earlier one and send it off."""
    MailCode.objects.filter(staff=staff).delete()
    code = MailCode(staff=staff, expires_at=now + LIFE)
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    code.sealed = vault.seal(fields={"code": digits}, place=SEALED_AT, row=code.id)
    code.save(force_insert=True)
    outbox.publish(event=StaffNoticed(staff_id=staff.id, about="code"), actor=staff_actor(staff), now=now)


def read(*, staff: Staff, now: datetime) -> str | None:
    """Read the living code of a person, for the mail alone."""
    code = MailCode.objects.filter(staff=staff, expires_at__gt=now).first()
    if code is None:
        return None
    return str(vault.open_sealed(sealed=code.sealed, place=SEALED_AT, row=code.id)["code"])


def accept(*, staff: Staff, code: str, now: datetime) -> bool:
    """Tell whether this is the living code of the person, and use it up."""
    expected = read(staff=staff, now=now)
    if expected is None or not hmac.compare_digest(expected.encode(), code.encode()):
        return False
    return MailCode.objects.filter(staff=staff).delete()[0] > 0
