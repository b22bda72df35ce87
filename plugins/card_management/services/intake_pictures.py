"""Read the QR codes in a photograph or a scan."""

import io
from typing import Final

import zxingcpp
from PIL import Image, UnidentifiedImageError

MOST_CODES: Final = 20
LARGEST_SIDE: Final = 4_000
MOST_DOTS: Final = 64_000_000
# What cameras and scanners write; the library knows many more, some of them programs.
FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")


def codes_in(*, content: bytes) -> list[str] | None:
    """List the texts of the QR codes in a picture, from top to bottom; None where it is no picture."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_DOTS:
                return None
            picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(grey, formats=kinds)
    ordered = sorted(found, key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    return [code.text for code in ordered[:MOST_CODES]]
