"""A person without a mouse: Tab, Shift+Tab, Enter, Space and arrows, and a focus that can be seen."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 160
LEAST_OUTLINE_PIXELS = 2
# What has the focus, how it is marked, and whether a person could see it there.
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body || one === document.documentElement) return null;
    // The button of a date's own calendar lies inside the field and is marked by the browser.
    const isInside = !one.matches(":focus");
    const drawn = [one, one.closest("label"), one.nextElementSibling, one.parentElement].filter(Boolean);
    const marked = drawn.map((part) => {
        const style = getComputedStyle(part);
        const outline = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
        return Math.max(outline, style.boxShadow === "none" ? 0 : 2);
    });
    const box = one.getBoundingClientRect();
    const x = Math.min(Math.max(box.x + Math.min(box.width, 24) / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1);
    const above = document.elementFromPoint(x, y);
    return {
        what: one.outerHTML.slice(0, 140), outline: isInside ? 2 : Math.max(...marked),
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        covered: !!above && ["sticky", "fixed"].includes(getComputedStyle(above).position)
            && !one.contains(above) && !above.contains(one) && !one.closest("label")?.contains(above),
    };
}"""
JUMPS = """() => [...document.querySelectorAll("[tabindex]")].filter((one) => one.tabIndex > 0).length"""


class Keyboard:
    """The keys of one page, and the checks that each of them must pass."""

    def __init__(self, page: Page, *, own: bool = True) -> None:
        self.page = page
        self.passed: list[str] = []
        # How Wagtail marks the focus inside its editor is Wagtail's own.
        self.is_own = own

    def reach(self, wanted: Locator, *, key: str = "Tab") -> None:
        """press Tab until this has the focus; everything passed on the way must show where the focus is."""
        expect(wanted.first).to_be_attached()
        assert not self.is_own or self.page.evaluate(JUMPS) == 0, "a tabindex above 0 changes the order"
        for _ in range(MOST_TABS):
            if wanted.first.evaluate("(one) => one === document.activeElement"):
                return
            self.page.keyboard.press(key)
            self._see()
        raise AssertionError(f"no way to {wanted} by {key}; passed {self.passed[-8:]}")

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        """reach this and press a key on it."""
        self.reach(wanted)
        self.page.keyboard.press(key)

    def write(self, wanted: Locator, text: str) -> None:
        """reach a field and write into it in place of what is there."""
        self.reach(wanted)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, wanted: Locator, *, downs: int = 1) -> None:
        """reach a list and go down by the arrow."""
        self.reach(wanted)
        for _ in range(downs):
            self.page.keyboard.press("ArrowDown")

    def tick(self, wanted: Locator) -> None:
        """reach a box or the first of a group of choices, and choose it by Space."""
        self.press(wanted, "Space")
        assert wanted.first.is_checked()

    def skip_to_the_content(self) -> None:
        """use the link that leads past the head of the page: the first stop of every page."""
        self.page.keyboard.press("Tab")
        self._see()
        link = self.page.locator(":focus")
        assert (link.get_attribute("href") or "").startswith("#"), self.passed[-1]
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Tab")
        inside = self.page.evaluate(
            "!!document.activeElement.closest('main') || document.activeElement === document.body"
        )
        assert inside, "the skip link does not lead into the content"

    def see_the_error_summary(self) -> None:
        """find the focus on the summary of errors, and follow its first link to a field."""
        summary = self.page.locator(".err")
        expect(summary).to_be_focused()
        self.press(summary.get_by_role("link"))
        kind = self.page.evaluate("document.activeElement.tagName")
        assert kind in ("INPUT", "SELECT", "TEXTAREA"), f"the summary leads to {kind}"

    def _see(self) -> None:
        focused: dict[str, Any] | None = self.page.evaluate(FOCUSED)
        if focused is None:
            return
        self.passed.append(focused["what"])
        if not self.is_own:
            return
        assert focused["inside"], f"the focus is outside the window: {focused['what']}"
        assert not focused["covered"], f"something covers the focus: {focused['what']}"
        assert focused["outline"] >= LEAST_OUTLINE_PIXELS, f"no mark of the focus: {focused['what']}"
