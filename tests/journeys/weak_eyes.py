"""What is wrong with a screen for people with weak eyes: large letters, narrow, without colours."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.booking import Visitor, book, manage
from tests.journeys.looks import WCAG
from tests.journeys.site import Site

WIDTHS = (320, 390)
SHOTS = os.environ.get("MADOGUCHI_SHOTS", "")
LARGE = "document.documentElement.style.fontSize = '200%'"
NORMAL = "document.documentElement.style.fontSize = ''"

VISITORS = {
    "ja": Visitor("DEM100003", "8", "15", "haru@example.jp", "ja"),
    "en": Visitor("DEM100004", "3", "20", "natsu@example.jp", "en"),
    "ja-easy": Visitor("DEM100005", "11", "3", "aki@example.jp", "ja-easy"),
}

# Text that is cut off, runs out of the window, or lies on other text.
SPOILT = """() => {
    const shown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const width = document.documentElement.clientWidth;
    const found = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > width + 1) found.push(`the page is ${wide} px wide`);
    const boxes = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        const text = walker.currentNode.data.trim();
        const unseen = ".vh, .skip, rt, rp, svg, option, script, style";
        if (!text || !parent || !shown(parent) || parent.closest(unseen)) continue;
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        for (const box of range.getClientRects()) {
            if (box.width < 2 || box.height < 2) continue;
            if (box.left < -1 || box.right > width + 1) found.push(`outside: ${text}`);
            boxes.push([box, text, parent.closest("ruby")?.parentElement ?? parent]);
        }
        for (let one = parent; one && one !== document.body; one = one.parentElement) {
            const style = getComputedStyle(one);
            const cuts = (overflow) => ["hidden", "clip"].includes(overflow);
            const low = cuts(style.overflowY) && one.scrollHeight > one.clientHeight + 2;
            const narrow = cuts(style.overflowX) && one.scrollWidth > one.clientWidth + 2;
            if (low || narrow) found.push(`cut off: ${text}`);
        }
    }
    for (let first = 0; first < boxes.length; first++)
        for (let second = first + 1; second < boxes.length; second++) {
            const [a, b] = [boxes[first][0], boxes[second][0]];
            const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            const least = Math.min(a.height, b.height);
            if (boxes[first][2] !== boxes[second][2] && across > 3 && high > least * 0.45)
                found.push(`on each other: ${boxes[first][1]} / ${boxes[second][1]}`);
        }
    return [...new Set(found)].slice(0, 6);
}"""

# Whatever a colour tells that no word, sign or line tells as well.
COLOURED_ONLY = """() => {
    const found = [];
    const isLined = (one) => getComputedStyle(one).textDecorationLine.includes("underline");
    for (const day of document.querySelectorAll(".day, .slot"))
        if (!day.querySelector("svg") || !day.innerText.replace(/[0-9:〜–]/g, "").trim())
            found.push(`a state without a word: ${day.outerHTML.slice(0, 100)}`);
    for (const field of document.querySelectorAll(".field--error"))
        if (!field.querySelector("svg") || !field.querySelector("[id$=_error]")?.innerText.trim())
            found.push(`an error without a word: ${field.outerHTML.slice(0, 100)}`);
    for (const link of document.querySelectorAll("main :is(p, li, dd) a:not(.btn)"))
        if (link.checkVisibility() && ![link, ...link.querySelectorAll("*")].some(isLined))
            found.push(`a link without a line: ${link.outerHTML.slice(0, 100)}`);
    for (const chosen of document.querySelectorAll("main [aria-current]"))
        if (!chosen.innerText.trim())
            found.push(`a choice without a word: ${chosen.outerHTML.slice(0, 100)}`);
    return found;
}"""


def examine(page: Page, site: Site, visitor: Visitor) -> dict[str, list[str]]:
    """book, move and cancel, and list what is wrong with each screen at each width and size of letters."""
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            _keep(page, f"{visitor.language}-{name}-{width}")
            wrong[f"{name} {width}"] = [*page.evaluate(SPOILT), *page.evaluate(COLOURED_ONLY)]
            page.evaluate(LARGE)
            _keep(page, f"{visitor.language}-{name}-{width}-large")
            wrong[f"{name} {width} large"] = page.evaluate(SPOILT)
            page.evaluate(NORMAL)
        page.set_viewport_size({"width": 390, "height": 844})
        axe = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        found = axe.response["violations"]
        wrong[f"{name} axe"] = [f"{one['id']} {one['nodes'][0]['html'][:120]}" for one in found]

    book(page, site, visitor, look=look)
    manage(page, site, visitor, look=look)
    return {name: found for name, found in wrong.items() if found}


def _keep(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
