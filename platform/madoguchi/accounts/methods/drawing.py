"""The square that a phone reads, drawn where no letter of it leaves the city."""

import re

import zxingcpp
from django.utils.safestring import SafeString, mark_safe

UNSAID = re.compile(r"<(title|desc)>.*?</\1>\s*", re.DOTALL)
SIZE = re.compile(r'<svg width="([\d.]+)" height="([\d.]+)"')


def square(text: str) -> SafeString:
    """Draw a QR code as SVG for a page."""
    drawing: str = zxingcpp.write_barcode_to_svg(
        zxingcpp.create_barcode(text, zxingcpp.QRCode), add_hrt=False
    )
    # Inside a page stands no prolog of a document.
    quiet = UNSAID.sub("", drawing[drawing.index("<svg") :])
    # The drawing holds squares only: the text went into the library as data.
    return mark_safe(SIZE.sub(r'<svg class="qr" aria-hidden="true" viewBox="0 0 \1 \2"', quiet, count=1))  # noqa: S308
