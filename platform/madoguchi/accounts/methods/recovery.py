"""Ten codes on paper for the day without phone and key: each opens once."""

import secrets
import unicodedata
from datetime import datetime
from uuid import UUID

from madoguchi.accounts.codes import ALPHABET
from madoguchi.accounts.credentials import RecoveryCode
from madoguchi.accounts.models import Staff
from madoguchi.ledger import vault

PURPOSE = "accounts.recovery"
CODES = 10
HALF = 5
LENGTH = 2 * HALF


def make_codes(*, staff: Staff, now: datetime) -> list[str]:
    """Make ten new codes in the place of the earlier ones; they are shown once and kept as digests."""
    RecoveryCode.objects.filter(staff=staff).delete()
    codes = [_draw() for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(staff=staff, digest=_digest(staff, code), made_at=now) for code in codes]
    )
    return codes


def accept(*, staff: Staff, code: str, now: datetime) -> bool:
    """Tell whether this is an unused code of the person, and use it up."""
    unused = RecoveryCode.objects.filter(staff=staff, digest=_digest(staff, code), used_at=None)
    return unused.update(used_at=now) == 1


def count_left(*, staff_id: UUID) -> int:
    """Count the codes that are still good."""
    return RecoveryCode.objects.filter(staff_id=staff_id, used_at=None).count()


def plain(text: str) -> str:
    """Write what was typed without spaces, hyphens and wide letters."""
    letters = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in letters if letter.isalnum())


def _draw() -> str:
    halves = ("".join(secrets.choice(ALPHABET) for _ in range(HALF)) for _ in range(2))
    return "-".join(halves)


def _digest(staff: Staff, code: str) -> bytes:
    # Keyed by the city: who copies the table cannot try fifty bits at leisure.
    return vault.blind_index(value=f"{staff.id}:{plain(code)}", purpose=PURPOSE)
