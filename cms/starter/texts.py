"""The texts a city starts with, read from the files beside this module and filled in for one city."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from importlib import resources
from typing import Any

from madoguchi.tenancy import City
from madoguchi.web.languages import PREFIXES

Blocks = list[tuple[str, Any]]
HTML = {"text", "answer", "who", "where"}
"""What editors write as rich text; everything else is plain."""
STREAMS = {
    "action": "action",
    "body": "body",
    "cases": "case",
    "questions": "question",
    "groups": "group",
    "contacts": "contact",
    "ways": "way",
}
PAGES = (
    "card-pickup",
    "what-to-bring",
    "card-renewal",
    "pin-reset",
    "library-registration",
    "library-line",
    "faq",
    "places",
    "contact",
    "notices",
    "privacy",
    "terms",
    "accessibility",
)


@dataclass(frozen=True)
class StarterPage:
    """One page: where it is found, what kind it is, what it says."""

    slug: str
    kind: str
    title: str
    lead: str
    in_menu: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> Blocks:
        """The body of the page, empty where its kind has none."""
        body: Blocks = self.fields.get("body", [])
        return body


@dataclass(frozen=True)
class StarterSite:
    """The home and the pages of one language."""

    title: str
    lead: str
    body: Blocks
    notice: StarterPage
    pages: tuple[StarterPage, ...]


def starter_site(*, language: str, city: City) -> StarterSite:
    """Write the starter pages of a city in one language, leaving out what it has not ordered."""
    site = _read(language, "site")
    fill = _filling(city, language)
    ordered = _ordering(city)
    home = site["home"]
    lead = home["lead"] if ordered(home) else home["library"]["lead"]
    sources = [(slug, _read(language, slug)) for slug in PAGES]
    return StarterSite(
        title=fill("title", home["title"]),
        lead=fill("lead", lead),
        body=[],
        notice=_page(site["notice"]["slug"], {"kind": "notice", **site["notice"]}, fill, ordered),
        pages=tuple(_page(slug, source, fill, ordered) for slug, source in sources if ordered(source)),
    )


def _read(language: str, name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(language, f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _ordering(city: City) -> Callable[[Mapping[str, Any]], bool]:
    """Tell of a part whether the city uses, or will use, one of the services it is for."""
    known = city.active_plugins | {row["plugin"] for row in city.rules.get("planned", ())}

    def is_ordered(part: Mapping[str, Any]) -> bool:
        wanted = set(part.get("services", ()))
        return not wanted or bool(wanted & known)

    return is_ordered


def _filling(city: City, language: str) -> Callable[[str, str], str]:
    suffix = "_en" if language == "en" else ""
    brand = city.brand
    words = {
        "city": city.name_en if language == "en" else city.name,
        "contact": brand.get(f"contact{suffix}", ""),
        "phone": brand.get("phone", ""),
        "hours": brand.get(f"hours{suffix}", ""),
        "prefix": PREFIXES[language],
    }
    in_html = {name: escape(word) for name, word in words.items()}

    def fill(key: str, text: str) -> str:
        return text.format(**(in_html if key in HTML else words))

    return fill


def _page(slug: str, source: Mapping[str, Any], fill: Any, ordered: Any) -> StarterPage:
    fields: dict[str, Any] = {}
    for key, value in source.items():
        if key in STREAMS:
            fields[key] = _stream(key, value, fill, ordered)
        elif key in {"who", "where", "duration", "fee"}:
            fields[key] = fill(key, value)
    if "text" in source:
        fields["body"] = [("text", fill("text", source["text"]))]
    return StarterPage(
        slug=slug,
        kind=source["kind"],
        title=fill("title", source["title"]),
        lead=fill("lead", source.get("lead", "")),
        in_menu=source.get("in_menu", False),
        fields=fields,
    )


def _stream(key: str, blocks: list[dict[str, Any]], fill: Any, ordered: Any) -> Blocks:
    """Fill in a stream: of named blocks, or of blocks that are all of one kind."""
    shown = [block for block in blocks if ordered(block)]
    if key not in {"body", "action"}:
        return [(STREAMS[key], _filled(key, block, fill, ordered)) for block in shown]
    return [
        (name, {"widget": value} if name == "widget" else _filled(name, value, fill, ordered))
        for block in shown
        for name, value in block.items()
        if name != "services"
    ]


def _filled(key: str, value: Any, fill: Any, ordered: Any) -> Any:
    if isinstance(value, str):
        return fill(key, value)
    if isinstance(value, list):
        return [_filled(key, part, fill, ordered) for part in value if isinstance(part, str) or ordered(part)]
    if isinstance(value, dict):
        return {
            name: _filled(name, part, fill, ordered) for name, part in value.items() if name != "services"
        }
    return value
