"""Whoever comes back to a page that answered a form finds the page again, not an error of the browser."""

from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.staff import ADMIN, CLERK, sign_in


def test_a_resident_comes_back_to_a_form_that_was_refused(page: Page, site: Site) -> None:
    page.goto(f"{site.resident}/booking/")
    page.locator("main form button").first.click()
    expect(page.locator(".err").first).to_be_visible()
    page.goto(f"{site.resident}/")
    page.go_back()
    expect(page.locator("#id_reference")).to_be_visible()
    expect(page.locator(".err")).to_have_count(0)


def test_a_clerk_comes_back_to_the_day_that_was_looked_at(page: Page, site: Site) -> None:
    sign_in(page, site, CLERK)
    page.goto(f"{site.staff}/reservations/new/")
    page.get_by_role("button", name="この場所と日の時間を表示").click()
    expect(page.locator("#id_reference")).to_be_visible()
    page.goto(f"{site.staff}/")
    page.go_back()
    expect(page.locator("#id_reference")).to_be_visible()


def test_an_administrator_comes_back_to_settings_that_were_refused(page: Page, site: Site) -> None:
    sign_in(page, site, ADMIN)
    page.goto(f"{site.staff}/cards/shelves/spots/make/")
    page.get_by_role("button", name="できる名前を確かめる").click()
    expect(page.locator(".err").first).to_be_visible()
    page.goto(f"{site.staff}/")
    page.go_back()
    expect(page.locator("#id_cabinets")).to_be_visible()
