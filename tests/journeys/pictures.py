"""Take the pictures of the README from a running city: ``python -m tests.journeys.pictures``."""

import os
import re
from dataclasses import replace
from pathlib import Path

import psycopg
from playwright.sync_api import Browser, Page, sync_playwright

from deploy.local.browsers import find_chromium
from madoguchi.testing import database
from tests.journeys.booking import PLACES
from tests.journeys.conftest import QUIET
from tests.journeys.site import ROOT, Site, running_site
from tests.journeys.staff import CLERK, sign_in
from tests.journeys.test_resident import _identify, _link_in

FOLDER = ROOT / "docs" / "images"
CALLERS = [
    *(("DEM100003", "0815"), ("DEM100004", "0320"), ("DEM100005", "1103"), ("DEM100006", "0101")),
    *(("DEM100007", "1231"), ("DEM100008", "0704"), ("DEM100009", "0505"), ("DEM100010", "0606")),
    *(("DEM100011", "0707"), ("DEM100012", "0808"), ("DEM100013", "0909"), ("DEM100014", "1010")),
]
RESIDENT = ("DEM100015", "11", "11")
ADDRESS = "picture@example.jp"
# Only for the look of a month: these slots count people who have no booking.
CROWD = """
    UPDATE c_402036.card_reservation_slot AS slot
    SET booked = CASE extract(day FROM slot.starts_at)::int % 5
                 WHEN 0 THEN slot.capacity WHEN 3 THEN greatest(slot.capacity - 1, 0) ELSE slot.booked END
    WHERE slot.booked = 0
"""


def main() -> None:
    """Write docs/images/calendar.png and docs/images/day-board.png."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("MADOGUCHI_CHROMIUM") or find_chromium()
    with running_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        _day_board(browser, site, FOLDER / "day-board.png")
        _crowd()
        _calendar(browser, site, FOLDER / "calendar.png")


def _day_board(browser: Browser, site: Site, picture: Path) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="ja-JP")
    sign_in(page, site, CLERK)
    for row, caller in enumerate(CALLERS):
        _book(page, site, caller, row)
    page.get_by_role("link", name="予約一覧に戻る").click()
    page.screenshot(path=picture)
    page.close()


def _book(page: Page, site: Site, caller: tuple[str, str], row: int) -> None:
    page.goto(f"{site.staff}/reservations/new/")
    page.locator("#id_reference").fill(caller[0])
    page.locator("#id_birthday").fill(caller[1])
    page.locator("input[name=slot]:not([disabled])").nth(row // 2).check()
    page.get_by_role("button", name="この内容で予約する").click()
    page.get_by_text("予約を登録しました").wait_for()


def _crowd() -> None:
    names = database.databases()
    names = replace(names, own=f"{names.filled}_journey_{os.getpid()}")
    address = re.sub(r"/[^/]*$", f"/{names.own}", names.admin_url)
    with psycopg.connect(address) as admin:
        admin.execute(CROWD)


def _calendar(browser: Browser, site: Site, picture: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 1080}, device_scale_factor=2, locale="ja-JP")
    page.goto(f"{site.resident}/booking/")
    _identify(page, *RESIDENT, ADDRESS)
    page.goto(_link_in(site, ADDRESS, "start"))
    page.locator(PLACES).first.click()
    page.locator(".cal a[rel=next]").click()
    page.screenshot(path=picture)
    page.close()


if __name__ == "__main__":
    main()
