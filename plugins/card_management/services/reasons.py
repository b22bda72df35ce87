"""Why somebody did something to a card, sealed."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from madoguchi.ledger import vault
from plugins.card_management.models import REASON_SEALED, CardReason


def keep(*, card_id: UUID, text: str) -> CardReason | None:
    """Seal a reason, or keep nothing where none was given."""
    plain = text.strip()
    if not plain:
        return None
    key = uuid4()
    sealed = vault.seal(fields={"text": plain}, place=REASON_SEALED, row=key)
    return CardReason.objects.create(id=key, card_id=card_id, sealed=sealed)


def read(*, reasons: Iterable[UUID]) -> dict[UUID, str]:
    """Open some reasons: whoever asks records the reading."""
    opener = vault.sealer(place=REASON_SEALED)
    rows = CardReason.objects.filter(id__in=list(reasons)).values_list("id", "sealed")
    return {key: str(opener.open(sealed, key)["text"]) for key, sealed in rows}
