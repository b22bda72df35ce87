"""Files that were stopped before they could be taken in: sealed until somebody decides about them."""

from base64 import b64decode, b64encode
from typing import Final
from uuid import UUID, uuid4

from madoguchi.ledger import vault
from plugins.card_management.models.register import PIECE_SEALED, QuarantinePiece

PIECE_BYTES: Final = 1 << 18


def keep(*, pickup_id: UUID, content: bytes) -> None:
    """Seal a file piece by piece."""
    sealer = vault.sealer(place=PIECE_SEALED)
    for position, start in enumerate(range(0, len(content), PIECE_BYTES)):
        piece = uuid4()
        text = b64encode(content[start : start + PIECE_BYTES]).decode()
        QuarantinePiece.objects.create(
            id=piece,
            pickup_id=pickup_id,
            position=position,
            sealed=sealer.seal({"content": text}, piece),
        )


def content_of(*, pickup_id: UUID) -> bytes:
    """Open a stopped file again; empty where nothing of it is kept."""
    sealer = vault.sealer(place=PIECE_SEALED)
    rows = QuarantinePiece.objects.filter(pickup_id=pickup_id).order_by("position")
    return b"".join(
        b64decode(sealer.open(sealed, piece)["content"]) for piece, sealed in rows.values_list("id", "sealed")
    )


def forget(*, pickup_id: UUID) -> None:
    """Throw a stopped file away."""
    QuarantinePiece.objects.filter(pickup_id=pickup_id).delete()
