"""Pictures of paper: taken out of a scanner's file, judged, stored small, and shown.

PDF pages are drawn as finely as the scanner's own picture on them; TIFF may hold many pages. PDFium knows
no threads: only workers, which have one, draw PDFs; pages are counted without it.
"""

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw, ImageOps, ImageStat
from pypdf import PdfReader, apply_configuration
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDFPage_GetAnnotCount

MOST_PAGES: Final = 2_000
# A4 at 300 dots to the inch is 2480 by 3508; more of it tells nobody more.
LONGEST_SIDE: Final = 3_600
MOST_DOTS: Final = 64_000_000
SHORTEST_SIDE: Final = 1_000
SHOWN_WIDTHS: Final = {"small": 240, "mask": 700, "page": 900, "large": 1_600}
FORMATS: Final = ("PNG", "JPEG", "TIFF")
BLANK: Final = "blank"
SKEWED: Final = "skewed"
FAINT: Final = "faint"
COARSE: Final = "coarse"
UNREADABLE: Final = "unreadable"

# Shares of dark dots: paper with nothing on it, and paper scanned with the lid open.
_EMPTY: Final = 0.0015
_BLACK: Final = 0.6
_DARK: Final = 128
_MARGIN: Final = 0.04
# Dots to the inch; a point is a seventy-second of one.
_POINTS: Final = 72
_COARSEST, _USUAL, _FINEST = 150, 200, 300
# Of a hundred dots: how many may be grey on a page that is black and white, how many coloured on a grey one.
_MOST_GREY: Final = 0.015
_MOST_COLOUR: Final = 0.0005
_ANGLES: Final = tuple(step / 2 for step in range(-8, 9))
_STRAIGHT: Final = 1.0


class NotReadable(ValueError):
    """The file is no PDF, TIFF, PNG or JPEG with pages in it; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a scanner's file; without a picture nobody could open it."""

    number: int
    picture: Image.Image | None


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture as the store keeps it."""

    content: bytes
    media_type: str
    width: int
    height: int


def sheets(*, content: bytes) -> Iterator[Sheet]:
    """Take the pages of a file one by one.

    Raises NotReadable.
    """
    if content[:1024].lstrip().startswith(b"%PDF"):
        yield from _of_pdf(content)
    else:
        yield from _of_picture(content)


def count_sheets(*, content: bytes) -> int:
    """Count the pages of a file without opening their pictures.

    Raises NotReadable.
    """
    if content[:1024].lstrip().startswith(b"%PDF"):
        return _count_pdf(content)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            return _count_frames(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as trouble:
        raise NotReadable("format") from trouble


def codes_on(picture: Image.Image) -> tuple[str, ...]:
    """Read the bars and squares of a page."""
    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Codabar])
    return tuple(found.text for found in zxingcpp.read_barcodes(_grey(picture), formats=kinds))


def faults_of(picture: Image.Image) -> tuple[str, ...]:
    """Name what is wrong with a page: empty, crooked, too faint or too dark, too coarse."""
    small = ImageOps.contain(_grey(picture), (480, 680))
    inner = _without_margin(small)
    dark = _dark_share(inner)
    if dark < _EMPTY:
        contrast = ImageStat.Stat(inner).stddev[0]
        # Pale writing darkens no dot, and yet the paper is not even.
        return (FAINT,) if contrast > 6 else (BLANK,)
    found = []
    if dark > _BLACK:
        found.append(FAINT)
    if max(picture.size) < SHORTEST_SIDE:
        found.append(COARSE)
    if abs(lean_of(inner)) > _STRAIGHT:
        found.append(SKEWED)
    return tuple(found)


def lean_of(picture: Image.Image) -> float:
    """Tell by how many degrees the lines of a page lean: lines that lie straight leave the rows uneven."""
    ink = ImageOps.invert(picture)
    scored = [(_unevenness(ink.rotate(angle, fillcolor=0)), -abs(angle), angle) for angle in _ANGLES]
    return max(scored)[2]


def pack(picture: Image.Image) -> Stored:
    """Write a picture small: black on white as PNG, everything else as JPEG, without what a camera noted."""
    plain = _plainest(picture)
    made = io.BytesIO()
    if plain.mode == "1":
        plain.save(made, "PNG", optimize=True)
        kind = "image/png"
    else:
        plain.save(made, "JPEG", quality=72, optimize=True)
        kind = "image/jpeg"
    return Stored(made.getvalue(), kind, plain.width, plain.height)


def draw(*, content: bytes, turned: int, size: str) -> bytes:
    """Draw a stored picture for the screen, turned as somebody turned it."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        shown = _grey(picture) if picture.mode == "1" else picture.convert("RGB")
    if turned:
        shown = shown.rotate(-turned, expand=True)
    width = SHOWN_WIDTHS[size]
    if shown.width > width:
        shown = shown.resize((width, round(shown.height * width / shown.width)), Image.Resampling.BOX)
    made = io.BytesIO()
    shown.save(made, "PNG" if shown.mode == "L" else "JPEG", quality=80)
    return made.getvalue()


def blacken(*, content: bytes, box: tuple[float, float, float, float], turned: int) -> Stored:
    """Draw black over a part of a picture; the box is in shares of the picture as it is shown."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        shown = picture.rotate(-turned, expand=True) if turned else picture.copy()
    left, top, right, bottom = box
    edges = (
        int(left * shown.width),
        int(top * shown.height),
        int(right * shown.width) + 1,
        int(bottom * shown.height) + 1,
    )
    ImageDraw.Draw(shown).rectangle(edges, fill=0)
    return pack(shown.rotate(turned, expand=True) if turned else shown)


def _count_pdf(content: bytes) -> int:
    try:
        # Folders of pages that hold one another many times over make a library of a kilobyte.
        with apply_configuration(page_tree_maximum_entries=2 * MOST_PAGES):
            return len(PdfReader(io.BytesIO(content)).pages)
    except LimitReachedError as trouble:
        raise NotReadable("too_many") from trouble
    except FileNotDecryptedError as trouble:
        raise NotReadable("locked") from trouble
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as trouble:
        raise NotReadable("damaged") from trouble


def _pdf(content: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as trouble:
        raise NotReadable("locked" if "assword" in str(trouble) else "damaged") from trouble
    if len(document) > MOST_PAGES:
        raise NotReadable("too_many")
    return document


def _of_pdf(content: bytes) -> Iterator[Sheet]:
    document = _pdf(content)
    for number in range(len(document)):
        try:
            page = document[number]
            picture = _only_picture(page) or page.render(scale=_fineness(page) / _POINTS).to_pil()
        except (pypdfium2.PdfiumError, ValueError, MemoryError):
            # One bad page goes to the quality queue, the rest goes on.
            picture = None
        yield Sheet(number + 1, picture)


def _only_picture(page: pypdfium2.PdfPage) -> Image.Image | None:
    """Take the scanner's own picture dot by dot, where the page is nothing but this picture, upright."""
    objects = list(itertools.islice(page.get_objects(max_depth=1), 2))
    if len(objects) != 1 or objects[0].type != FPDF_PAGEOBJ_IMAGE or FPDFPage_GetAnnotCount(page.raw):
        return None
    wide, high = objects[0].get_px_size()
    if wide * high > MOST_DOTS:
        return None
    matrix = objects[0].get_matrix()
    if matrix.a <= 0 or matrix.d <= 0 or matrix.b or matrix.c:
        return None
    picture: Image.Image = objects[0].get_bitmap(render=False, scale_to_original=True).to_pil()
    turned = page.get_rotation()
    return picture.rotate(-turned, expand=True) if turned else picture


def _fineness(page: pypdfium2.PdfPage) -> float:
    """Tell in how many dots to the inch a page is worth drawing."""
    found = [_COARSEST]
    for each in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]):
        left, _bottom, right, _top = each.get_bounds()
        wide, high = each.get_px_size()
        if wide * high > MOST_DOTS:
            raise ValueError("a picture beyond all paper")
        if right > left:
            found.append(round(wide * _POINTS / (right - left)))
    longest = max(page.get_size())
    finest = min(_FINEST, LONGEST_SIDE * _POINTS / max(longest, 1))
    return float(min(max(found) if len(found) > 1 else _USUAL, finest))


def _count_frames(picture: Image.Image) -> int:
    """Count pages no further than one too many: a chain of a million costs a minute to follow."""
    if picture.format != "TIFF":
        return int(getattr(picture, "n_frames", 1))
    try:
        for number in range(1, MOST_PAGES + 1):
            picture.seek(number)
    except EOFError:
        return number
    return MOST_PAGES + 1


def _of_picture(content: bytes) -> Iterator[Sheet]:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            frames = _count_frames(picture)
            if frames > MOST_PAGES:
                raise NotReadable("too_many")
            for number in range(frames):
                yield Sheet(number + 1, _frame(picture, number))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as trouble:
        raise NotReadable(getattr(trouble, "reason", "format")) from trouble


def _frame(picture: Image.Image, number: int) -> Image.Image | None:
    try:
        picture.seek(number)
        # Each page of a file has a size of its own; only that of the first was looked at before.
        if picture.width * picture.height > MOST_DOTS:
            return None
        return ImageOps.exif_transpose(picture.copy())
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, Image.DecompressionBombError):
        return None


def _grey(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "P"):
        # What is clear is paper.
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        paper.alpha_composite(clear)
        return paper.convert("L")
    return picture.convert("L")


def _plainest(picture: Image.Image) -> Image.Image:
    """Leave out colours and greys that nobody drew."""
    plain = picture
    if max(plain.size) > LONGEST_SIDE:
        plain = ImageOps.contain(plain, (LONGEST_SIDE, LONGEST_SIDE))
    if plain.mode in ("1", "L"):
        return _black_and_white(plain)
    if _has_colour(plain):
        return plain if plain.mode == "RGB" else plain.convert("RGB")
    return _black_and_white(_grey(plain))


def _black_and_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "1":
        return picture
    counted = picture.histogram()
    is_plain = sum(counted[48:208]) < _MOST_GREY * sum(counted)
    return picture.point(lambda value: 255 if value > _DARK else 0, mode="1") if is_plain else picture


def _has_colour(picture: Image.Image) -> bool:
    small = ImageOps.contain(picture.convert("RGB"), (600, 600)).convert("HSV")
    _hue, colour, light = small.split()
    vivid = sum(1 for s, v in zip(colour.tobytes(), light.tobytes(), strict=True) if s > 70 and v > 60)
    return vivid > _MOST_COLOUR * small.width * small.height


def _without_margin(picture: Image.Image) -> Image.Image:
    across, down = round(picture.width * _MARGIN), round(picture.height * _MARGIN)
    return picture.crop((across, down, picture.width - across, picture.height - down))


def _dark_share(picture: Image.Image) -> float:
    counted = picture.histogram()
    return sum(counted[:_DARK]) / max(1, sum(counted))


def _unevenness(ink: Image.Image) -> float:
    rows = ink.resize((1, ink.height), Image.Resampling.BOX)
    return float(ImageStat.Stat(rows).var[0])
