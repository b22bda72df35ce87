"""The PDF of many letters: joined from its parts, sealed piece by piece, never plain in the database."""

import io
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from pypdf import PdfWriter

from madoguchi.ledger import vault
from plugins.card_management.models.forms import PIECE_SEALED, LetterPiece, LetterRun

PIECE_BYTES: Final = 1 << 20


def joined(parts: Sequence[bytes], *, title: str) -> bytes:
    """Join documents to one."""
    if len(parts) < 2:
        return parts[0] if parts else b""
    writer = PdfWriter()
    for part in parts:
        writer.append(io.BytesIO(part), import_outline=False)
    writer.add_metadata({"/Title": title})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def keep(*, run: LetterRun, pdf: bytes) -> None:
    """Seal a document."""
    sealer = vault.sealer(place=PIECE_SEALED)
    for position, first in enumerate(range(0, len(pdf), PIECE_BYTES)):
        piece = uuid4()
        text = b64encode(pdf[first : first + PIECE_BYTES]).decode()
        LetterPiece.objects.create(
            id=piece, run=run, position=position, sealed=sealer.seal({"pdf": text}, piece)
        )


def read(*, run: LetterRun) -> bytes:
    """Open a document; nothing where it is no longer kept."""
    sealer = vault.sealer(place=PIECE_SEALED)
    pieces = LetterPiece.objects.filter(run=run).order_by("position").values_list("id", "sealed")
    return b"".join(b64decode(sealer.open(sealed, piece)["pdf"]) for piece, sealed in pieces)
