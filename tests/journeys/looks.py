"""What holds for every page a journey passes: accessible and without sideways scrolling at three widths."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = {320: 640, 390: 844, 1366: 768}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THUMB_PIXELS = 44
# Links inside a sentence are as high as the sentence.
TOUCHED = ", ".join(
    [
        *("main a", "main button", "main summary", "main label:has(input)", "main select"),
        *("header a", "header summary", "footer a"),
    ]
)
SHOTS = os.environ.get("MADOGUCHI_SHOTS", "")


def look_at(page: Page, name: str) -> None:
    """examine the page at every width; with MADOGUCHI_SHOTS keep pictures of it."""
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        # Half way down a long page some link always lies half under a header that stays.
        page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        _keep(page, f"{name}-{width}")
        assert overflow(page) <= 0, f"{name} scrolls sideways at {width} px"
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        if width < max(WIDTHS) and "/booking/" in page.url:
            small = too_small(page)
            assert not small, f"{name} at {width} px has small targets: {small}"
        assert not found.response["violations"], (
            f"{name} at {width} px:\n{_readable(found.response['violations'])}"
        )
    assert "<c-" not in page.content(), f"{name} shows a component that was not rendered"
    page.set_viewport_size({"width": 390, "height": 844})


def overflow(page: Page) -> int:
    """tell by how many pixels a page is wider than its window."""
    measured: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return measured


def too_small(page: Page) -> list[str]:
    """list what a thumb would miss."""
    found: list[str] = page.evaluate(
        """([touched, pixels]) => [...document.querySelectorAll(touched)]
            .filter((one) => one.checkVisibility() && !one.closest("p:not(.r-more)"))
            .map((one) => [one, one.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && (box.width < pixels || box.height < pixels))
            .map(([one, box]) => `${one.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)""",
        [TOUCHED, THUMB_PIXELS],
    )
    return found


def _keep(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def _readable(violations: list[dict[str, Any]]) -> str:
    lines = []
    for violation in violations:
        lines.append(f"{violation['id']}: {violation['help']}")
        lines += [f"  {node['html'][:160]} {node['failureSummary']}" for node in violation["nodes"][:3]]
    return "\n".join(lines)
