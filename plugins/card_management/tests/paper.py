"""Sheets of paper as a scanner would bring them; every word and number on them is invented."""

import io
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image, ImageDraw, ImageFont

import madoguchi.documents

FONT = Path(madoguchi.documents.__path__[0]) / "fonts" / "BIZUDPGothic-Regular.ttf"
# Twelve digits whose last one checks; nobody's.
LIKE_A_MY_NUMBER = "123456789018"
SIZE = (1240, 1754)


def form(
    *, words: str = "個人番号カード交付申請書", lines: int = 14, code: str = "", mode: str = "1"
) -> Image.Image:
    """Draw one page with some lines, and a square if a code is given."""
    paper = Image.new("L", SIZE, 255)
    pen, letters = ImageDraw.Draw(paper), ImageFont.truetype(str(FONT), 26)
    for line in range(lines):
        pen.text((120, 260 + line * 80), f"{line + 1:02} {words}", font=letters, fill=0)
    if code:
        paper.paste(square(code), (820, 60))
    return paper.convert(mode)


def blank() -> Image.Image:
    """Give an empty page."""
    return Image.new("1", SIZE, 1)


def separator(kind: str) -> Image.Image:
    """Give a separator sheet."""
    return form(words="仕切り紙", lines=1, code=f"MADOGUCHI/SHEET/1/{kind}")


def square(code: str) -> Image.Image:
    """Draw a QR code in dots."""
    made: Any = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(code, zxingcpp.QRCode), scale=6)
    drawn = memoryview(made)
    assert drawn.shape is not None
    high, wide = drawn.shape
    return Image.frombytes("L", (wide, high), bytes(drawn))


def as_pdf(*pages: Image.Image) -> bytes:
    """Put pages into a PDF, as most scanners do."""
    made = io.BytesIO()
    pages[0].save(made, "PDF", resolution=150, save_all=True, append_images=list(pages[1:]))
    return made.getvalue()


def as_tiff(*pages: Image.Image) -> bytes:
    """Put pages into a TIFF packed as faxes are."""
    made = io.BytesIO()
    pages[0].save(made, "TIFF", compression="group4", save_all=True, append_images=list(pages[1:]))
    return made.getvalue()


def as_png(page: Image.Image) -> bytes:
    """Give one page as PNG."""
    made = io.BytesIO()
    page.save(made, "PNG")
    return made.getvalue()


def multiplying(depth: int) -> bytes:
    """Write a PDF whose folders of pages hold the next one ten times over: ten to the depth pages."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>"]
    objects += [
        f"<</Type/Pages/Count 1/Kids[{f'{number + 1} 0 R ' * 10}]>>" for number in range(2, depth + 2)
    ]
    objects.append("<</Type/Page/MediaBox[0 0 9 9]>>")
    made, places = b"%PDF-1.7\n", list[int]()
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj{each}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer"
    end = f"<</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(made)}\n%%EOF\n"
    return made + f"{head}{end}".encode()
