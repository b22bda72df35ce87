"""The texts a city starts with, read from the files beside this module and filled in for one city."""

import tomllib
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import Any

from madoguchi.tenancy import City

Blocks = list[tuple[str, Any]]


@dataclass(frozen=True)
class StarterPage:
    """One page: where it is found, what it is called, what it says."""

    slug: str
    title: str
    lead: str
    body: Blocks


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
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    source = tomllib.loads(text)
    words = _words(city, language)
    home = source["home"]
    lead = home["lead"] if _is_ordered(home, city) else home["library"]["lead"]
    return StarterSite(
        title=_fill(home["title"], words),
        lead=_fill(lead, words),
        body=_body(home["body"], words),
        notice=_notice(source["notice"], words),
        pages=tuple(_page(page, words) for page in source["pages"] if _is_ordered(page, city)),
    )


def _is_ordered(page: dict[str, Any], city: City) -> bool:
    wanted = set(page.get("services", ()))
    planned = {row["plugin"] for row in city.rules.get("planned", ())}
    return not wanted or bool(wanted & (city.active_plugins | planned))


def _words(city: City, language: str) -> dict[str, str]:
    suffix = "_en" if language == "en" else ""
    brand = city.brand
    return {
        "city": city.name_en if language == "en" else city.name,
        "contact": brand.get(f"contact{suffix}", ""),
        "phone": brand.get("phone", ""),
        "hours": brand.get(f"hours{suffix}", ""),
    }


def _notice(notice: dict[str, Any], words: dict[str, str]) -> StarterPage:
    body: Blocks = [("text", _fill_html(notice["text"], words))]
    return StarterPage(slug=notice["slug"], title=_fill(notice["title"], words), lead="", body=body)


def _page(page: dict[str, Any], words: dict[str, str]) -> StarterPage:
    return StarterPage(
        slug=page["slug"],
        title=_fill(page["title"], words),
        lead=_fill(page["lead"], words),
        body=_body(page["body"], words),
    )


def _body(blocks: list[dict[str, Any]], words: dict[str, str]) -> Blocks:
    return [_block(name, value, words) for block in blocks for name, value in block.items()]


def _block(name: str, value: Any, words: dict[str, str]) -> tuple[str, Any]:
    if name == "heading":
        return name, _fill(value, words)
    if name == "text":
        return name, _fill_html(value, words)
    if name == "widget":
        return name, {"widget": value}
    if name == "caution":
        return name, _fields(value, words)
    return name, [_fields(item, words) for item in value]


def _fields(item: dict[str, str], words: dict[str, str]) -> dict[str, str]:
    """Fill in a struct: its text is HTML, everything else is plain."""
    return {
        key: _fill_html(value, words) if key == "text" else _fill(value, words) for key, value in item.items()
    }


def _fill(text: str, words: dict[str, str]) -> str:
    return text.format(**words)


def _fill_html(text: str, words: dict[str, str]) -> str:
    return text.format(**{name: escape(word) for name, word in words.items()})
