"""Pictures of every kind that somebody might choose as a logo."""

import io
import random

from PIL import Image

DRAWING = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn by hand -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 120 40">
<title>logo</title><style>.leaf{fill:#197a4b}</style>
<defs><linearGradient id="sky"><stop offset="0" stop-color="#fff"/></linearGradient></defs>
<path class="leaf" d="M0 0h40v40z"/><rect id="box" width="10" height="10" fill="url(#sky)"/>
<use xlink:href="#box" x="50"/>
</svg>"""

HOSTILE = {
    "a script": b"<script>alert(1)</script>",
    "an event handler": b'<rect width="1" height="1" onload="alert(1)"/>',
    "an event handler in capitals": b'<rect width="1" height="1" ONCLICK="alert(1)"/>',
    "a web page inside": b'<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
    "a page without its frame": b'<p xmlns="http://www.w3.org/1999/xhtml">x</p>',
    "a picture from elsewhere": b'<image href="https://example.com/a.png" width="1" height="1"/>',
    "a picture that is carried along": b'<image href="data:image/png;base64,AAAA" width="1" height="1"/>',
    "a copy from elsewhere": b'<use href="https://example.com/a.svg#x"/>',
    "a link that runs": b'<a xlink:href="javascript:alert(1)"><rect width="1" height="1"/></a>',
    "a link": b'<a href="https://example.com/"><rect width="1" height="1"/></a>',
    "a style from elsewhere": b"<style>@import url(https://example.com/a.css);</style>",
    "a fill from elsewhere": b'<rect width="1" height="1" style="fill:url(https://example.com/a#b)"/>',
    "a fill that is quoted": b'<rect width="1" height="1" fill="url( \'https://example.com/a#b\' )"/>',
    "something that moves": b'<rect width="1" height="1"><animate attributeName="x" to="9"/></rect>',
    "something that changes links": b'<set attributeName="href" to="javascript:alert(1)"/>',
    "a script without a name space": b'<script xmlns="">alert(1)</script>',
}

ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>&c;</text></svg>"""
STOLEN_FILE = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>&a;</text></svg>"""


def drawing(inside: bytes) -> bytes:
    """Wrap shapes in a drawing."""
    names = b'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return b"<svg " + names + b' viewBox="0 0 9 9">' + inside + b"</svg>"


def bomb(*, levels: int = 8) -> bytes:
    """Draw copies of copies."""
    rows = [b'<g id="l0"><rect width="1" height="1"/></g>']
    for level in range(1, levels):
        copies = f'<use href="#l{level - 1}"/>' * 10
        rows.append(f'<g id="l{level}">{copies}</g>'.encode())
    return drawing(b"".join(rows) + f'<use href="#l{levels - 1}"/>'.encode())


def picture(*, width: int = 300, height: int = 100, kind: str = "PNG", noisy: bool = False) -> bytes:
    """Draw a picture, with ``noisy`` one that no method makes small."""
    image = Image.new("RGB", (width, height), "#197a4b")
    if noisy:
        image.putdata([tuple(random.randbytes(3)) for _number in range(width * height)])
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()
