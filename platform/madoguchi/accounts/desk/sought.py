"""What staff look for travels sealed: addresses end in histories of browsers, and words name people."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from madoguchi.ledger import vault
from madoguchi.web import signing

PLACE: Final = "accounts_search.words"
# As long as a page may stay open.
LASTS: Final = timedelta(hours=9)


def keep(words: Mapping[str, str], *, purpose: str, now: datetime) -> str:
    """Write what was typed so that an address may carry it: only this city reads it, for one working day."""
    row = uuid4()
    sealed = vault.seal(fields=dict(words), place=PLACE, row=row)
    return signing.sign(urlsafe_b64encode(row.bytes + sealed).decode(), purpose=purpose, now=now)


def read(token: str, *, purpose: str, now: datetime) -> dict[str, str]:
    """Read what was typed; nothing where the address is old, changed or another page's."""
    try:
        text = str(signing.read(token, purpose=purpose, max_age=LASTS, now=now))
    except signing.BadToken:
        return {}
    known = urlsafe_b64decode(text)
    return vault.open_sealed(sealed=known[16:], place=PLACE, row=UUID(bytes=known[:16]))
