"""Cards as they were before an import changed them, so that it can be taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from madoguchi.exchange import queries as imports
from madoguchi.exchange.errors import ImportNotFound
from madoguchi.ledger import vault
from plugins.card_management.models import SEALED
from plugins.card_management.models.intake import AddressChoice, CardBefore

MOST: Final = 20_000
"""How many cards an import may change to be taken back whole; of one that changes more nothing is kept."""
KEPT: Final = timedelta(hours=26)
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
# What an earlier version of us did not keep stays; a card on a spot lies there, whatever a file said, and
# one that came with the file and went on since lies where it was put.
_RESTORE: Final = """
    UPDATE card_management_card AS card
       SET sealed = before.bytes_before, fingerprint = before.fingerprint,
           holder_index = before.holder_index, last_import = before.last_import, updated_at = %s,
           kind = coalesce(before.columns ->> 'kind', card.kind),
           batch = coalesce(before.columns ->> 'batch', card.batch),
           storage = CASE WHEN card.spot_id IS NULL AND NOT gone.on
                          THEN coalesce(before.columns ->> 'storage', card.storage) ELSE card.storage END,
           arrived_on = CASE WHEN jsonb_exists(before.columns, 'arrived_on') AND NOT gone.on
                             THEN (before.columns ->> 'arrived_on')::date ELSE card.arrived_on END
      FROM card_management_cardbefore AS before
      JOIN card_management_card AS known ON known.id = before.card_id,
           LATERAL (SELECT known.state <> 'expected' AND EXISTS (
                           SELECT 1 FROM card_management_cardmovement AS came
                            WHERE came.card_id = known.id AND came.action = 'receive'
                              AND came.moved_at = before.taken_at) AS on) AS gone
     WHERE before.id = ANY(%s) AND card.id = before.card_id AND card.last_import = before.import_job
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
    found = CardBefore.objects.filter(import_job=import_id)
    if cards is not None:
        found = found.filter(card__in=cards)
    own = found.filter(card__last_import=import_id).values_list("id", "card_id", "bytes_before")
    readable = [key for key, card, sealed in own.iterator() if _opens(opener, bytes(sealed), card)]
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE, [now, readable])
        count = int(cursor.rowcount)
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
