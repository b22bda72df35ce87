"""What must hold for every page: accessible and narrow enough at three widths, in one language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import axe_playwright_python.base
from playwright.sync_api import CDPSession, Page

from tests.pages.words import foreign_words

WIDTHS = {320: 640, 390: 844, 1366: 768}
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
AXE = Path(axe_playwright_python.base.__file__).parent / "axe.min.js"
RUN = """async (tags) => {
    const found = await axe.run(document, {
        runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], iframes: false,
    });
    return found.violations.map((one) => ({
        id: one.id, help: one.help,
        nodes: one.nodes.map((node) => ({at: node.target.join(" "), html: node.html.slice(0, 160),
                                         why: node.failureSummary})),
    }));
}"""
OVERFLOW = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return "";
    const wide = [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > width + 1)
        .map((one) => one.tagName.toLowerCase() + (one.className ? "." + one.className : ""));
    return `${document.documentElement.scrollWidth} px: ${wide.slice(0, 4).join(", ")}`;
}"""
OVERLAID = """() => [...document.querySelectorAll(".field > label, .field > legend")]
    .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.innerText.trim()).slice(0, 4).join(", ")"""
SHAPE = """() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll("h1").length,
    source: document.documentElement.outerHTML,
})"""


@dataclass(frozen=True)
class Broken:
    """One thing that is not as it should be on a page."""

    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule} [{self.where}] {self.what}"


class Look:
    """A page that is open, and what is wrong with it."""

    def __init__(self, page: Page, *, without: frozenset[str] = frozenset()) -> None:
        self.page = page
        self.without = without

    @cached_property
    def _session(self) -> CDPSession:
        return self.page.context.new_cdp_session(self.page)

    def broken(self, *, widths: Any = WIDTHS) -> list[Broken]:
        """List everything that is wrong at any width."""
        found = [*self._shape(), *self._words()]
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        for width in widths:
            self.resize(width)
            found += self._at(width)
        return [one for one in found if one.rule not in self.without]

    def resize(self, width: int) -> None:
        """Make the window as wide as a device of its kind, without loading the page again."""
        self._session.send(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": WIDTHS[width], "deviceScaleFactor": 1, "mobile": False},
        )

    def _at(self, width: int) -> Iterator[Broken]:
        overflow = self.page.evaluate(OVERFLOW)
        if overflow:
            yield Broken("sideways", str(width), overflow)
        if overlaid := self.page.evaluate(OVERLAID):
            yield Broken("label-over", str(width), overlaid)
        for one in self.page.evaluate(RUN, list(TAGS)):
            for node in one["nodes"]:
                yield Broken(one["id"], f"{width} {node['at']}", f"{node['html']}\n    {node['why']}")

    def _shape(self) -> Iterator[Broken]:
        shape = self.page.evaluate(SHAPE)
        if not shape["lang"]:
            yield Broken("lang", "html", "no language")
        if not shape["title"].strip():
            yield Broken("title", "head", "no title")
        if shape["title"].count("エラー：") > 1:
            yield Broken("title", "head", shape["title"])
        if shape["headings"] != 1:
            yield Broken("one-h1", "body", f"{shape['headings']} main headings")
        for wrong in re.findall(r"<c-[a-z-]+|\{%[^%]{1,60}%\}|\{\{[^}]{1,60}\}\}", shape["source"])[:3]:
            yield Broken("not-rendered", "body", wrong)

    def _words(self) -> Iterator[Broken]:
        for word in foreign_words(self.page):
            yield Broken("english", "text", word)
