"""Cards as they were before an import changed them, so that it can be taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from madoguchi.exchange import queries as imports
from madoguchi.exchange.errors import ImportNotFound
from madoguchi.ledger import vault
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.intake import AddressChoice, CardBefore

MOST: Final = 20_000
"""How many cards an import may change to be taken back whole; of one that changes more nothing is kept."""
KEPT: Final = timedelta(hours=26)
_COLUMNS: Final = ("storage", "arrived_on", "kind", "batch")
_KEEP: Final = """
    INSERT INTO card_management_cardbefore (import_job, card_id, bytes_before, fingerprint, holder_index,
                                            columns, last_import, taken_at)
    SELECT %s, card.id, card.sealed, card.fingerprint, card.holder_index,
           jsonb_build_object('storage', card.storage, 'arrived_on', card.arrived_on, 'kind', card.kind,
                              'batch', card.batch),
           card.last_import, %s
      FROM card_management_card AS card WHERE card.id = ANY(%s)
        ON CONFLICT DO NOTHING
"""


def is_kept(*, import_id: UUID) -> bool:
    """Tell whether the cards that an import changes are kept: it changes few enough of them."""
    try:
        return imports.find(import_id=import_id).changed <= MOST
    except ImportNotFound:
        return False


def keep(*, import_id: UUID, cards: Sequence[UUID], now: datetime) -> None:
    """Keep cards as they are now."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [import_id, now, list(cards)])


def kept_since(*, import_id: UUID) -> list[tuple[UUID, datetime]]:
    """Name the cards that were kept for an import, and when each was."""
    kept = CardBefore.objects.filter(import_job=import_id).order_by("card_id")
    return list(kept.values_list("card_id", "taken_at"))


def restore(*, import_id: UUID, now: datetime, cards: Sequence[UUID] | None = None) -> int:
    """Put cards back that this import changed and no other import since, all or some; tell how many."""
    opener = vault.sealer(place=SEALED)
    count = 0
    found = CardBefore.objects.filter(import_job=import_id)
    if cards is not None:
        found = found.filter(card__in=cards)
    for before in found.select_related("card"):
        card = before.card
        if card.last_import != import_id or not _opens(opener, bytes(before.bytes_before), card.id):
            continue
        columns = {name: before.columns[name] for name in _COLUMNS if name in before.columns}
        if card.spot_id is not None:
            columns.pop("storage", None)
        count += Card.objects.filter(id=card.id).update(
            sealed=before.bytes_before,
            fingerprint=before.fingerprint,
            holder_index=before.holder_index,
            last_import=before.last_import,
            updated_at=now,
            **columns,
        )
    found.delete()
    return count


def forget(*, now: datetime) -> int:
    """Forget what no import can be taken back to any more, and the rows about which somebody decided."""
    AddressChoice.objects.filter(candidates=[], made_at__lt=now - KEPT).delete()
    return CardBefore.objects.filter(taken_at__lt=now - KEPT).delete()[0]


def _opens(opener: Any, sealed: bytes, card: UUID) -> bool:
    try:
        opener.open(sealed, card)
    except vault.SealBroken:
        return False
    return True
