"""Every colour that a city may choose can be read on white, on its tint and under white letters."""

import re
from pathlib import Path

import pytest

from madoguchi.web.context import HUES, MARKS

STATIC = Path(__file__).resolve().parents[1] / "static" / "web"
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (STATIC / "dads-tokens.css").read_text()))
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
    for ink in ("brand", "brand-strong", "brand-deep"):
        assert contrast(colours[ink], "#ffffff") >= 4.5
        assert contrast(colours[ink], colours["brand-tint"]) >= 4.5


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
