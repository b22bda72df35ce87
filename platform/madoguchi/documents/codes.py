"""Bars and squares that scanners read: NW-7 (Codabar) and QR, as SVG."""

import re

import zxingcpp

# What the library says of itself in English, where a screen reader would read it out.
UNSAID = re.compile(r"<(title|desc)>.*?</\1>\s*", re.DOTALL)
SIZE = re.compile(r'<svg width="([\d.]+)" height="([\d.]+)"')


def qr_code(text: str) -> str:
    """Draw a QR code as SVG."""
    return _drawn(text, zxingcpp.QRCode)


def nw7_code(text: str) -> str:
    """Draw an NW-7 bar code as SVG; the text carries its start and stop letters, such as A123A."""
    return _drawn(text, zxingcpp.Codabar)


def _drawn(text: str, kind: zxingcpp.BarcodeFormat) -> str:
    drawing: str = zxingcpp.write_barcode_to_svg(zxingcpp.create_barcode(text, kind), add_hrt=False)
    # With a box of its own a narrow screen shrinks the drawing instead of cutting bars off.
    return SIZE.sub(r'<svg width="\1" height="\2" viewBox="0 0 \1 \2"', UNSAID.sub("", drawing), count=1)
