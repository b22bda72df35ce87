"""What our front end is written with: every property, rule, selector, element and call in it.

``python -m tests.browsers.baseline`` looks each of them up in the data of the WebDX group and writes since
when all engines know it; the suite compares without a network.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from deploy.local.layout import ROOT

BASELINE = Path(__file__).parent / "baseline.txt"
ROOMS = ("platform", "tenants", "cms", "plugins")
# Code of others that we deliver as it is.
NOT_OURS = ("dads-tokens.css", "design-tokens")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"[{;]\s*([a-z-]+)\s*:(?=[^;{}]*[;}])")
AT_RULE = re.compile(r"@([a-z-]+)")
PSEUDO = re.compile(r"::?([a-z-]+)")
ELEMENT = re.compile(r"<([a-z][a-z0-9]*)(?=[\s/>])")
MEMBER = re.compile(r"\.([a-zA-Z_$][\w$]*)")
LINE_COMMENT = re.compile(r"(?<!:)//[^\n]*")
TEXT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
# Parts of an SVG, and the beginning of <h{{ level }}>.
DRAWINGS = frozenset(
    ("svg", "path", "g", "circle", "rect", "symbol", "use", "line", "text", "polyline", "title", "h")
)
TAGS = re.compile(r"\{[%{#].*?[%}#]\}", re.DOTALL)


def styles() -> list[Path]:
    """List the style sheets of ours."""
    return _files("static/**/*.css")


def scripts() -> list[Path]:
    """List the modules of ours."""
    return _files("static/**/*.js")


def templates() -> list[Path]:
    """List the templates of pages."""
    return _files("templates/**/*.html")


def used() -> set[str]:
    """Name everything the front end uses, as the WebDX data does."""
    found: set[str] = set()
    for path in styles():
        found.update(_of_style(COMMENT.sub(" ", path.read_text(encoding="utf-8"))))
    for path in scripts():
        found.update(_of_script(path.read_text(encoding="utf-8")))
    for path in templates():
        names = ELEMENT.findall(TAGS.sub(" ", path.read_text(encoding="utf-8")))
        found.update(f"html.elements.{name}" for name in names if not _is_drawing(name))
    return found


def known() -> dict[str, str]:
    """Read since when each of them is in all engines."""
    lines = BASELINE.read_text(encoding="utf-8").splitlines()
    found: dict[str, str] = {}
    for line in filter(None, lines):
        name, _, found[name] = line.partition(" ")
    return found


def _of_style(text: str) -> Iterator[str]:
    for name in DECLARATION.findall(text):
        if not name.startswith("--"):
            yield f"css.properties.{name}"
    for name in AT_RULE.findall(text):
        yield f"css.at-rules.{name}"
    for selector in re.findall(r"([^{};]+)\{", text):
        if not selector.strip().startswith("@"):
            for name in PSEUDO.findall(selector):
                yield f"css.selectors.{name}"


def _of_script(text: str) -> Iterator[str]:
    bare = TEXT.sub('""', LINE_COMMENT.sub(" ", COMMENT.sub(" ", text)))
    for name in MEMBER.findall(bare):
        yield f"api.*.{name}"


def _files(pattern: str) -> list[Path]:
    found = [path for room in ROOMS for path in (ROOT / room).glob(f"**/{pattern}")]
    return sorted(path for path in found if not any(part in str(path) for part in NOT_OURS))


def _is_drawing(name: str) -> bool:
    return name in {
        "svg",
        "path",
        "g",
        "circle",
        "rect",
        "symbol",
        "use",
        "line",
        "text",
        "polyline",
        "title",
        "h",
    }
