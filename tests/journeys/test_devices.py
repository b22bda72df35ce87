"""A booking on every kind of device: telephone, tablet held either way, as a terminal too, and PC."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.booking import Visitor, book, manage
from tests.journeys.looks import overflow, too_small
from tests.journeys.site import Site

RESIDENT = Visitor("DEM100017", "3", "3", "tablet@example.jp")
DEVICES = {
    "telephone": (390, 844),
    "tablet, upright": (820, 1180),
    "tablet in a stand": (1180, 820),
    "PC": (1366, 768),
}
FINGER = ("telephone", "tablet, upright", "tablet in a stand")


@pytest.mark.req("FUJ-30")
def test_a_booking_is_made_changed_and_cancelled_with_a_finger_and_fits_every_device(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(
        locale="ja-JP", timezone_id="Asia/Tokyo", has_touch=True, viewport={"width": 820, "height": 1180}
    )
    page = context.new_page()
    seen: list[str] = []

    def look(name: str) -> None:
        seen.append(name)
        for device, (width, height) in DEVICES.items():
            page.set_viewport_size({"width": width, "height": height})
            where = f"{name} on a {device}"
            assert overflow(page) <= 0, f"{where} scrolls sideways"
            if device in FINGER:
                assert not (small := too_small(page)), f"{where} has small targets: {small}"
            assert not (hidden := _behind_a_mouse(page)), f"{where} hides from fingers: {hidden}"
        page.set_viewport_size({"width": 820, "height": 1180})

    book(page, site, RESIDENT, look=look)
    manage(page, site, RESIDENT, look=look)
    assert {"identify", "time", "done", "manage", "moved", "cancelled"} <= set(seen)
    context.close()


def test_the_check_for_small_targets_would_see_one(page: Page, site: Site) -> None:
    page.goto(f"{site.resident}/booking/")
    assert not too_small(page)
    page.evaluate(
        "document.querySelector('main button').style.cssText = 'min-height:0;height:20px;padding:0'"
    )
    expect(page.locator("main button").first).to_be_visible()
    assert too_small(page)


def _behind_a_mouse(page: Page) -> list[str]:
    """list what can be pressed only after a mouse has moved over something."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main a, main button, main input:not([type=hidden])")]
            .filter((one) => one.checkVisibility() && getComputedStyle(one).opacity === "0"
                && one.matches("a, button"))
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    return found
