"""A PC out of its box: open the address, sign in, work; and another one beside it, and another."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.site import Site
from tests.journeys.staff import CLERK, PASSWORD

TERMINALS = 4
# Nothing here may need a permission, a plugin, a program or a file from us.
ASKS_FOR_MORE = re.compile(
    r"<(?:object|embed|applet)\b|navigator\.(?:usb|serial|hid|nfc)|ActiveX", re.IGNORECASE
)
CALLER = ("DEM100014", "1010")


@pytest.mark.req("FUJ-29")
def test_a_new_pc_works_as_soon_as_somebody_has_signed_in(browser: Browser, site: Site) -> None:
    terminals = [_new_terminal(browser) for _ in range(TERMINALS)]
    for context in terminals:
        page = _signed_in(context, site)
        assert not ASKS_FOR_MORE.search(page.content())
        page.goto(f"{site.staff}/cards/")
        expect(page.locator("main tbody tr").first).to_be_visible()
    # All of them are at work at once, and a reader for the card is a comfort: the number can be typed.
    page = terminals[0].pages[0]
    page.goto(f"{site.staff}/reservations/new/")
    page.locator("#id_reference").press_sequentially(CALLER[0])
    page.locator("#id_birthday").press_sequentially(CALLER[1])
    page.locator("input[name=slot]:not([disabled])").first.check()
    page.get_by_role("button", name="この内容で予約する").click()
    expect(page.get_by_text("予約を登録しました")).to_be_visible()
    number = page.locator("h1").inner_text().split()[-1]
    other = terminals[-1].pages[0]
    other.goto(page.url)
    expect(other.locator("h1")).to_contain_text(number)
    for context in terminals:
        context.close()


def _new_terminal(browser: Browser) -> BrowserContext:
    """Start with nothing: no cookie, no cache, no permission, and no file may be saved."""
    context = browser.new_context(
        locale="ja-JP", viewport={"width": 1366, "height": 768}, accept_downloads=False, permissions=[]
    )
    context.on("page", _refuse_windows)
    return context


def _refuse_windows(page: Page) -> None:
    page.on("popup", lambda _other: pytest.fail("a window opened by itself"))
    page.on("download", lambda _file: pytest.fail("a file was pushed on the PC"))


def _signed_in(context: BrowserContext, site: Site) -> Page:
    page = context.new_page()
    page.goto(f"{site.staff}/")
    page.locator("#id_staff_code").fill(CLERK)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("button", name="サインアウト")).to_be_attached()
    return page
