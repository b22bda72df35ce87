"""Answers kept for the case that a write is sent twice: the second sending gets the first answer."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, Invalid
from madoguchi.ledger import vault
from madoguchi.web.api.models import KeptAnswer

PLACE: Final = "api_keptanswer.sealed"
KEPT: Final = timedelta(hours=24)
LONGEST_KEY: Final = 80


class KeyUsed(DomainError):
    """The same key came with another request."""

    code = "idempotency_key_used"
    message = _("この Idempotency-Key は、別の内容の要求に使われています。")


class KeyUnreadable(Invalid):
    """The key is longer than any program needs, or has characters that a header should not have."""

    code = "idempotency_key_invalid"
    message = _("Idempotency-Key は、英数字と記号で80文字までにしてください。")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the first sending was answered."""

    status: int
    content: Any


def begin(*, token_id: UUID, key: str, request: bytes, now: datetime) -> Earlier | None:
    """Take a key for this request; give the first answer when it was sent before.

    A second sending waits here until the first has committed. Raises KeyUsed or KeyUnreadable.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise KeyUnreadable
    forget(now=now)
    wanted = hashlib.sha256(request).digest()
    if _is_new(token_id, key, wanted, now):
        return None
    known = KeptAnswer.objects.get(token_id=token_id, key=key)
    if bytes(known.fingerprint) != wanted:
        raise KeyUsed
    opened = vault.open_sealed(sealed=bytes(known.sealed or b""), place=PLACE, row=known.id)
    return Earlier(status=known.status or 200, content=opened["content"])


def keep(*, token_id: UUID, key: str, status: int, content: str) -> None:
    """Keep the answer of the request that took the key."""
    row = KeptAnswer.objects.get(token_id=token_id, key=key)
    row.status = status
    row.sealed = vault.seal(fields={"content": json.loads(content or "null")}, place=PLACE, row=row.id)
    row.save(update_fields=["status", "sealed"])


def drop(*, token_id: UUID, key: str) -> None:
    """Give a key back that was taken for a request which did nothing."""
    KeptAnswer.objects.filter(token_id=token_id, key=key).delete()


def forget(*, now: datetime) -> int:
    """Forget the answers of more than a day ago."""
    return KeptAnswer.objects.filter(kept_at__lt=now - KEPT).delete()[0]


def _is_new(token_id: UUID, key: str, fingerprint: bytes, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_keptanswer (id, token_id, key, fingerprint, kept_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (token_id, key) DO NOTHING",
            [uuid4(), token_id, key, fingerprint, now],
        )
        return bool(cursor.rowcount)
