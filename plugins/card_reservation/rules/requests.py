"""When is a repeated request the same request?"""

import hashlib
from collections.abc import Iterable
from uuid import UUID


def fingerprint(*, slot_id: UUID, pickups: Iterable[UUID], contact_id: UUID | None, channel: str) -> bytes:
    """Compute what two requests with one key must share to be one."""
    parts = [str(slot_id), *sorted(str(pickup) for pickup in pickups), str(contact_id), channel]
    return hashlib.sha256("\n".join(parts).encode()).digest()
