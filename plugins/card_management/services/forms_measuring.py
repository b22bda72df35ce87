"""How wide letters are in the font of the house, for whatever has to fit into a box."""

from unicodedata import east_asian_width

from PIL import ImageFont

from madoguchi.documents.rare import FONTS
from plugins.card_management.rules.forms_fitting import Measure

FONT = FONTS / "BIZUDPGothic-Regular.ttf"
UNITS = 200
# Bold letters and those of other fonts are a little wider than what is measured.
MARGIN = 1.03


def letters() -> Measure:
    """Open the font and measure texts in the size of their letters."""
    font = ImageFont.truetype(str(FONT), size=UNITS, layout_engine=ImageFont.Layout.BASIC)
    known: dict[str, float] = {}

    def width(sign: str) -> float:
        found = known.get(sign)
        if found is None:
            # Chinese signs fill their square, those too that another font has to draw.
            is_square = east_asian_width(sign) == "W" and not "぀" <= sign <= "ヿ"
            found = known[sign] = 1.0 if is_square else font.getlength(sign) / UNITS
        return found

    def measure(text: str) -> float:
        return sum(map(width, text)) * MARGIN

    return measure
