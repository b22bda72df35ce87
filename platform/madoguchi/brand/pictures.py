"""A logo from outside: a PNG is drawn anew, a drawing is checked, everything else is refused."""

import hashlib
import io
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from madoguchi.brand import drawings
from madoguchi.errors import Invalid

LARGEST_BYTES: Final = 1024 * 1024
MOST_PIXELS: Final = 16_000_000
# Twice what a header shows, for screens with fine dots.
BOX: Final = (640, 160)
# Residents' pages have 100 KB together; the logo must leave most of them.
LARGEST_SERVED: Final = 48 * 1024
PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
COLOURS: Final = (256, 128, 64, 32)


class BadPicture(Invalid):
    """A file is no logo."""

    code = "bad_picture"
    message = _("PNGまたはSVGの画像を選んでください。ほかの種類の画像の名前を変えたものは使えません。")


class LargePicture(BadPicture):
    """A file is larger than any logo."""

    code = "large_picture"
    message = _("ロゴの画像は1MBまでです。小さくして選び直してください。")


class HugePicture(BadPicture):
    """A picture has more pixels than any logo."""

    code = "huge_picture"
    message = _("画像の縦横が大きすぎます。横1,600ピクセルほどに縮めてください。")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that may be shown."""

    content: bytes
    media_type: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """Name the file after its content, so that browsers may keep it for good."""
        suffix = "png" if self.media_type == "image/png" else "svg"
        return f"{hashlib.sha256(self.content).hexdigest()[:40]}.{suffix}"


def clean(content: bytes) -> Picture:
    """Take in a logo, judged by its content whatever its name says.

    Raises BadPicture or BadDrawing.
    """
    if len(content) > LARGEST_BYTES:
        raise LargePicture(size=len(content))
    if content.startswith(PNG_MAGIC):
        return _photograph(content)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _drawing(content)
    raise BadPicture


def _drawing(content: bytes) -> Picture:
    cleaned, (width, height) = drawings.clean(content)
    if len(cleaned) > LARGEST_SERVED:
        raise drawings.HeavyDrawing(size=len(cleaned))
    scale = min(BOX[0] / width, BOX[1] / height)
    return Picture(
        content=cleaned,
        media_type="image/svg+xml",
        width=max(1, round(width * scale)),
        height=max(1, round(height * scale)),
    )


def _photograph(content: bytes) -> Picture:
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise HugePicture(width=image.width, height=image.height)
            drawn = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadPicture from error
    drawn.thumbnail(BOX, Image.Resampling.LANCZOS)
    return Picture(content=_small(drawn), media_type="image/png", width=drawn.width, height=drawn.height)


def _small(drawn: Image.Image) -> bytes:
    written = _written(drawn)
    for colours in COLOURS:
        if len(written) <= LARGEST_SERVED:
            break
        written = _written(drawn.quantize(colours, method=Image.Quantize.FASTOCTREE))
    return written


def _written(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()
