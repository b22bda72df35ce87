"""The five main journeys without a mouse."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.booking import PLACES
from tests.journeys.keyboard import Keyboard
from tests.journeys.site import Site
from tests.journeys.staff import ADMIN, CLERK, PASSWORD
from tests.journeys.test_resident import _link_in

RESIDENT = ("DEM100016", "12", "12")
ADDRESS = "keyboard@example.jp"
CALLER = ("DEM100018", "0217")


def test_a_resident_books_moves_and_cancels_by_keys(page: Page, site: Site) -> None:
    _book(page, site)
    _move(page, site)
    _cancel(page, site)


def test_a_clerk_books_for_a_caller_and_marks_the_visit_by_keys(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    keys = Keyboard(page)
    _sign_in(page, site, CLERK)
    page.goto(f"{site.staff}/reservations/new/")
    keys.skip_to_the_content()
    keys.press(page.get_by_role("button", name="この内容で予約する"))
    expect(page).to_have_title(re.compile("^エラー："))
    keys.see_the_error_summary()
    keys.write(page.locator("#id_reference"), CALLER[0])
    keys.write(page.locator("#id_birthday"), CALLER[1])
    keys.tick(page.locator("input[name=slot]:not([disabled])"))
    keys.press(page.get_by_role("button", name="この内容で予約する"))
    expect(page.get_by_text("予約を登録しました")).to_be_visible()
    site.bring_to_today(re.findall(r"/reservations/([0-9a-f-]{36})/", page.url)[0])
    _mark_arrived(page, keys)


def test_an_administrator_changes_a_notice_and_publishes_it_by_keys(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    _sign_in(page, site, ADMIN)
    page.goto(f"{site.staff}/cms/pages/usage/cms/noticepage/")
    keys = Keyboard(page, own=False)
    keys.press(page.get_by_role("link", name=re.compile("開設しました")))
    title = page.locator("textarea[name=title], input[name=title]")
    keys.write(title, "窓口を新しくしました")
    keys.press(page.locator("button[name=action-publish]"))
    expect(page.get_by_text(re.compile("公開されました")).first).to_be_visible()
    page.goto(f"{site.resident}/notices/")
    expect(page.get_by_role("link", name="窓口を新しくしました")).to_be_visible()


def _mark_arrived(page: Page, keys: Keyboard) -> None:
    """open the booking from the board of its day and mark the person as arrived."""
    page.reload()
    keys.press(page.get_by_role("link", name="予約一覧に戻る"))
    keys.press(page.locator("main table tbody a"))
    keys.press(page.get_by_role("button", name="来庁済みにする"))
    expect(page.get_by_role("button", name="印を外す")).to_be_visible()


def _book(page: Page, site: Site) -> None:
    keys = Keyboard(page)
    page.goto(f"{site.resident}/booking/")
    keys.skip_to_the_content()
    keys.press(page.locator("main form button"))
    keys.see_the_error_summary()
    keys.write(page.locator("#id_reference"), RESIDENT[0])
    keys.write(page.locator("#id_month"), RESIDENT[1])
    keys.write(page.locator("#id_day"), RESIDENT[2])
    keys.write(page.locator("#id_email"), ADDRESS)
    keys.tick(page.get_by_label("読みました。同意します"))
    keys.press(page.locator("main form button"))
    # The mail may be there before the page that tells of it.
    page.wait_for_url("**/booking/sent/**")
    page.goto(_link_in(site, ADDRESS, "start"))
    keys.press(page.locator(PLACES))
    keys.press(page.locator("a.day"))
    keys.tick(page.locator("input[name=slot]:not([disabled])"))
    keys.press(page.get_by_role("button", name="次へ進む"))
    expect(page.locator("input[name=ticks]").first).to_be_visible()
    for tick in page.locator("input[name=ticks]").all():
        keys.tick(tick)
    keys.press(page.get_by_role("button", name="この内容で予約する"))
    expect(page.get_by_role("heading", name="予約が完了しました")).to_be_visible()


def _move(page: Page, site: Site) -> None:
    keys = Keyboard(page)
    page.goto(_link_in(site, ADDRESS, "manage", number=2))
    keys.press(page.get_by_role("link", name="日時を変更する"))
    keys.press(page.locator("a.day").nth(1))
    keys.tick(page.locator("input[name=slot]:not([disabled])"))
    keys.press(page.get_by_role("button", name="次へ進む"))
    keys.press(page.get_by_role("button", name="この内容に変更する"))
    expect(page.get_by_text("予約を変更しました")).to_be_visible()


def _cancel(page: Page, site: Site) -> None:
    keys = Keyboard(page)
    page.goto(_link_in(site, ADDRESS, "manage", number=3))
    keys.press(page.get_by_role("link", name="予約を取り消す"))
    keys.press(page.get_by_role("button", name="予約を取り消す"))
    expect(page.get_by_text("予約を取り消しました")).to_be_visible()


def _sign_in(page: Page, site: Site, staff_code: str) -> None:
    page.goto(f"{site.staff}/sign-in/")
    keys = Keyboard(page)
    keys.write(page.locator("#id_staff_code"), staff_code)
    keys.write(page.locator("#id_password"), PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="サインアウト")).to_be_attached()
