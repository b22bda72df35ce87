"""Read the QR codes in a photograph or a scan."""

import io
from typing import Final

import zxingcpp
from PIL import Image, UnidentifiedImageError

MOST_CODES: Final = 20
LARGEST_SIDE: Final = 4_000


def codes_in(*, content: bytes) -> list[str] | None:
    """List the texts of the QR codes in a picture, from top to bottom; None where it is no picture."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(grey, formats=kinds)
    ordered = sorted(found, key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    return [code.text for code in ordered[:MOST_CODES]]
