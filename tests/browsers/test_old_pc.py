"""The least PC that still does the work: a slow processor, a slow disk, a slow line and 4 GB of memory."""

import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.booking import Visitor, book
from tests.journeys.site import Site
from tests.journeys.staff import CLERK, PASSWORD

# A quarter of today's middling processor is a cheap PC of ten years ago.
SLOWER = 6
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 60_000}
PAGE_SECONDS = 10.0
# Windows and its services take the rest of 4 GB.
MOST_MEGABYTES = 1_500
RESIDENT = Visitor("DEM100010", "6", "6", "old-pc@example.jp")
NUMBER = "DEM100013"


@pytest.mark.req("FUJ-37")
def test_the_main_tasks_are_finished_on_the_least_pc(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": 1024, "height": 768})
    page = context.new_page()
    _make_old(page)
    book(page, site, RESIDENT, look=lambda name: None)
    for address in ("/", "/reservations/", "/cards/", "/reservations/new/", "/audit/"):
        if address == "/":
            _sign_in(page, site)
        began = time.monotonic()
        page.goto(site.staff + address)
        expect(page.locator("h1")).to_be_visible()
        seconds = time.monotonic() - began
        assert seconds <= PAGE_SECONDS, f"{address} took {seconds:.1f} s"
    page.goto(f"{site.staff}/cards/?number={NUMBER}")
    page.locator("main tbody a").first.click()
    page.locator("button[name=action]").first.click()
    expect(page.get_by_text("にしました").first).to_be_visible()
    used = _megabytes()
    print(f"the browser holds {used:.0f} MB")
    assert used <= MOST_MEGABYTES
    context.close()


def _make_old(page: Page) -> None:
    """Slow the processor and the line down, and keep nothing on the disk."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", LINE)


def _sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/sign-in/")
    page.locator("#id_staff_code").fill(CLERK)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("button", name="サインアウト")).to_be_attached()


def _megabytes() -> float:
    """Add up what the processes of this browser hold, shared pages counted once."""
    kilobytes = 0
    for number in _family(os.getpid()):
        try:
            if "chrom" in Path(f"/proc/{number}/comm").read_text():
                lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
                kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except OSError:
            continue
    assert kilobytes, "no browser found"
    return kilobytes / 1_000


def _family(parent: int) -> list[int]:
    """List the processes below one."""
    below = []
    for listed in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in map(int, listed.read_text().split()):
            below += [child, *_family(child)]
    return below
