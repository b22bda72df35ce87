"""Every colour that a city may choose can be read on white, on its tint and under white letters."""

import hashlib
import re
from pathlib import Path

import pytest

from madoguchi.web.context import HUES, MARKS

STATIC = Path(__file__).resolve().parents[1] / "static" / "web"
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (STATIC / "dads-tokens.css").read_text()))
ROOT = Path(__file__).resolve().parents[4]
WHITE = "#ffffff"
LETTERS = 4.5
FRAMES = 3.0
TOKENS_1_1_9 = "ec3fb5b1e881d1bdf076feff29fe15a32269353c7a9cef40194f1eff0c3d7a90"
STYLE = (STATIC / "app.css").read_text()


def brand(hue: str) -> dict[str, str]:
    block = re.search(rf'\[data-brand="{hue}"\] {{([^}}]*)}}', STYLE)
    assert block, f"{hue} has no rule in app.css"
    return {
        name: TOKENS[token] for name, token in re.findall(r"--(brand[\w-]*): var\(--([\w-]+)\)", block[1])
    }


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("hue", HUES)
def test_the_colour_of_a_city_can_be_read(hue: str) -> None:
    colours = brand(hue)
    assert set(colours) == {"brand", "brand-strong", "brand-tint", "brand-deep"}
    papers = (WHITE, colours["brand-tint"], TOKENS["color-neutral-solid-gray-50"])
    for ink in ("brand", "brand-strong", "brand-deep"):
        # White letters on the colour have the contrast of the colour on white.
        assert all(contrast(colours[ink], paper) >= LETTERS for paper in papers)
    for ink in ("color-neutral-solid-gray-800", "color-primitive-blue-1000"):
        assert contrast(TOKENS[ink], colours["brand-tint"]) >= LETTERS


@pytest.mark.parametrize("hue", HUES)
def test_what_is_chosen_is_framed_so_that_it_is_seen(hue: str) -> None:
    colours = brand(hue)
    assert contrast(colours["brand"], WHITE) >= FRAMES
    assert contrast(colours["brand"], colours["brand-tint"]) >= FRAMES


@pytest.mark.parametrize(
    "line", ["color-neutral-solid-gray-600", "color-primitive-red-800", "color-primitive-green-600"]
)
def test_the_frames_of_fields_are_seen(line: str) -> None:
    assert contrast(TOKENS[line], WHITE) >= FRAMES


def test_the_tokens_are_the_file_of_the_digital_agency() -> None:
    """Compare with dist/tokens.css of @digital-go-jp/design-tokens 1.1.9 on the registry of npm."""
    content = (STATIC / "dads-tokens.css").read_bytes()
    assert hashlib.sha256(content).hexdigest() == TOKENS_1_1_9
    licences = (ROOT / "THIRD-PARTY.md").read_text("utf-8")
    assert re.search(r"design-tokens.*dads-tokens\.css.*1\.1\.9.*MIT", licences)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("color-primitive-green-800", "color-primitive-green-50"),
        ("color-primitive-orange-900", "color-primitive-orange-50"),
        ("color-primitive-red-900", "color-neutral-solid-gray-50"),
        ("color-neutral-solid-gray-700", "color-neutral-solid-gray-50"),
        ("color-neutral-solid-gray-600", "color-neutral-white"),
        ("color-primitive-blue-1000", "color-neutral-solid-gray-50"),
    ],
)
def test_the_colours_of_states_can_be_read(ink: str, paper: str) -> None:
    assert contrast(TOKENS[ink], TOKENS.get(paper, "#ffffff")) >= 4.5


def test_a_poor_colour_would_be_noticed() -> None:
    assert contrast(TOKENS["color-primitive-yellow-500"], "#ffffff") < 4.5


@pytest.mark.parametrize("mark", MARKS)
def test_every_sign_of_a_city_is_in_the_sprite(mark: str) -> None:
    assert f'<symbol id="{mark}"' in (STATIC / "icons.svg").read_text()
