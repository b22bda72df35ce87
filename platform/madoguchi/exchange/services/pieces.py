"""The uploaded file in sealed pieces: never plain in the database, never on the disk."""

import io
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid4

from madoguchi.exchange.models import ImportPiece
from madoguchi.ledger import vault

PLACE: Final = "exchange_importpiece.sealed"
PIECE_BYTES: Final = 1 << 18


def store(*, import_id: UUID, content: bytes) -> None:
    """Seal a file piece by piece."""
    sealer = vault.sealer(place=PLACE)
    for position, start in enumerate(range(0, len(content), PIECE_BYTES)):
        piece = uuid4()
        text = b64encode(content[start : start + PIECE_BYTES]).decode()
        ImportPiece.objects.create(
            id=piece,
            import_job_id=import_id,
            position=position,
            sealed=sealer.seal({"content": text}, piece),
        )


def forget(*, import_id: UUID) -> None:
    """Remove a file that is no longer needed."""
    ImportPiece.objects.filter(import_job_id=import_id).delete()


def open_stream(*, import_id: UUID) -> io.BufferedReader:
    """Read a file back as a stream of bytes that holds one piece at a time."""
    return io.BufferedReader(_PieceStream(_contents(import_id)), buffer_size=1 << 16)


def _contents(import_id: UUID) -> Iterator[bytes]:
    sealer = vault.sealer(place=PLACE)
    positions = ImportPiece.objects.filter(import_job_id=import_id).order_by("position")
    for piece in list(positions.values_list("id", flat=True)):
        sealed = ImportPiece.objects.values_list("sealed", flat=True).get(id=piece)
        yield b64decode(sealer.open(sealed, piece)["content"])


class _PieceStream(io.RawIOBase):
    def __init__(self, contents: Iterator[bytes]) -> None:
        super().__init__()
        self._contents = contents
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(next(self._contents, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
