"""How the journeys sign staff of the demo in."""

from playwright.sync_api import Page, expect

from tests.journeys.looks import look_at
from tests.journeys.site import Site

ADMIN, CLERK, AUDITOR = "100001", "200001", "400001"
PASSWORD = "madoguchi-demo-2026"


def sign_in(page: Page, site: Site, staff_code: str, *, shot: str = "") -> None:
    """sign somebody in, whoever was before, and keep a picture of the page under a name."""
    page.context.clear_cookies()
    if shot:
        page.goto(f"{site.staff}/sign-in/")
        look_at(page, shot)
    fill_in(page, site, staff_code, PASSWORD)
    expect(page.get_by_role("button", name="サインアウト")).to_be_visible()


def fill_in(page: Page, site: Site, staff_code: str, password: str) -> None:
    """type a number and a password on the page for signing in, and send them."""
    page.goto(f"{site.staff}/sign-in/")
    page.locator("#id_staff_code").fill(staff_code)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="サインイン", exact=True).click()
