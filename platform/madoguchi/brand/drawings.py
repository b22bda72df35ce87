"""SVG from outside: what could run, fetch or blow up is refused and named, never quietly taken out."""

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError  # only the types; reading is defused

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _
from py_svg_hush import filter_svg

from madoguchi.errors import Invalid

SVG: Final = "{http://www.w3.org/2000/svg}"
XHTML: Final = "{http://www.w3.org/1999/xhtml}"
MOST_ELEMENTS: Final = 3_000
LARGEST_SIDE: Final = 1e9
# What a drawing needs that neither runs, moves nor fetches.
HARMLESS: Final = frozenset(
    (
        *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("text", "tspan", "textPath", "defs", "symbol", "use", "title", "desc", "metadata", "style"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker", "switch"),
    )
)
OUTSIDE: Final = re.compile(
    r"url\(\s*['\"]?\s*(?!#)[^'\")\s]|@import|javascript:|expression\(", re.IGNORECASE
)
NUMBER: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(px|pt|mm|cm|in)?\s*$")
Size = tuple[float, float]


class BadDrawing(Invalid):
    """A drawing holds what no logo needs."""

    code = "bad_drawing"
    message = _("このSVGは使えません。")


class NoDrawing(BadDrawing):
    """It is no SVG at all."""

    code = "no_drawing"
    message = _("SVGとして読めません。図を作ったソフトで、もう一度SVGに書き出してください。")


class LivelyDrawing(BadDrawing):
    """A drawing holds a script, other pages or references to the outside."""

    code = "lively_drawing"
    message = _(
        "このSVGには、スクリプト、動き、埋め込み画像または外部への参照が含まれているため使えません。"
        "図形だけのSVGかPNGにしてください。"
    )


class HeavyDrawing(BadDrawing):
    """A drawing would keep a browser busy."""

    code = "heavy_drawing"
    message = _("このSVGは細かすぎるか、入れ子が多すぎます。線を減らすか、PNGにしてください。")


def clean(content: bytes) -> tuple[bytes, Size]:
    """Check a drawing and give it without the remarks of the program that made it, with its proportions.

    Raises NoDrawing, LivelyDrawing or HeavyDrawing.
    """
    root = _read(content)
    elements = list(_each(root))
    for element in elements:
        _refuse_lively(element)
    _refuse_nested_copies(elements)
    size = _size(root)
    try:
        cleaned = bytes(filter_svg(content))
        _read(cleaned)
    except ValueError as error:
        raise NoDrawing from error
    return cleaned, size


def _read(content: bytes) -> Element:
    try:
        root: Element = fromstring(content.decode("utf-8-sig"), forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise LivelyDrawing from error
    except (ParseError, ValueError) as error:
        raise NoDrawing from error
    if root.tag != f"{SVG}svg":
        raise NoDrawing
    return root


def _each(root: Element) -> Iterator[Element]:
    for number, element in enumerate(root.iter()):
        if number >= MOST_ELEMENTS:
            raise HeavyDrawing
        yield element


def _refuse_lively(element: Element) -> None:
    tag = str(element.tag)
    if tag.startswith(SVG) and tag.removeprefix(SVG) not in HARMLESS:
        raise LivelyDrawing(element=tag)
    # A drawing program's own remarks go later; a web page inside a drawing never was one.
    if tag.startswith(XHTML) or not tag.startswith("{"):
        raise LivelyDrawing(element=tag)
    if tag == f"{SVG}style" and OUTSIDE.search("".join(element.itertext())):
        raise LivelyDrawing(element=tag)
    for name, value in element.attrib.items():
        _refuse_lively_attribute(name.rpartition("}")[2].lower(), value)


def _refuse_lively_attribute(name: str, value: str) -> None:
    leads_out = name in {"href", "src"} and not value.strip().startswith("#")
    if name.startswith("on") or leads_out or OUTSIDE.search(value):
        raise LivelyDrawing(attribute=name)


def _refuse_nested_copies(elements: list[Element]) -> None:
    """Refuse copies of copies: ten levels of ten are ten thousand million shapes."""
    copied = {_target(element) for element in elements if element.tag == f"{SVG}use"}
    for element in elements:
        if element.get("id") in copied and any(True for _found in element.iter(f"{SVG}use")):
            raise HeavyDrawing


def _target(use: Element) -> str:
    address = next((value for name, value in use.attrib.items() if name.rpartition("}")[2] == "href"), "")
    return address.strip().removeprefix("#")


def _size(root: Element) -> Size:
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        numbers = [float(each) for each in box]
    except ValueError:
        numbers = []
    if len(numbers) == 4 and 0 < numbers[2] < LARGEST_SIDE and 0 < numbers[3] < LARGEST_SIDE:
        return numbers[2], numbers[3]
    sides = [NUMBER.match(root.get(name, "")) for name in ("width", "height")]
    if all(sides):
        width, height = (float(side[1]) for side in sides if side)
        if 0 < width < LARGEST_SIDE and 0 < height < LARGEST_SIDE:
            return width, height
    raise NoDrawing
