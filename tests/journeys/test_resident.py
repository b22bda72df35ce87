"""A resident books, moves and cancels in a real browser, with the links of real mails."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.booking import PLACES
from tests.journeys.looks import look_at
from tests.journeys.site import Site

HANAKO = ("ＤＥＭ－１００００１", "２", "29")
TARO = ("DEM100002", "4", "1")
ADDRESS = "hanako@example.jp"


@pytest.mark.req("KUR-16")
def test_a_resident_books_moves_and_cancels(page: Page, site: Site) -> None:
    page.goto(f"{site.resident}/")
    look_at(page, "home")
    page.goto(f"{site.resident}/booking/")
    look_at(page, "identify")
    _ask_for_the_link(page, site)
    _open_the_link(page, site)
    _choose(page)
    _take_in_the_cautions(page)
    number = _confirm(page, site)
    _move(page, site, number)
    _cancel(page, site)


def test_a_booking_needs_no_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    address = "taro@example.jp"
    page.goto(f"{site.resident}/booking/")
    _identify(page, *TARO, address)
    page.goto(_link_in(site, address, "start"))
    page.locator(PLACES).first.click()
    page.get_by_role("link", name="カレンダーを使わずに一覧から選ぶ").click()
    page.locator(".daylist li > a").first.click()
    page.locator("input[name=slot]:not([disabled])").first.check()
    page.get_by_role("button", name="次へ進む").click()
    for tick in page.locator("input[name=ticks]").all():
        tick.check()
    page.get_by_role("button", name="この内容で予約する").click()
    expect(page.get_by_role("heading", name="予約が完了しました")).to_be_visible()
    context.close()


@pytest.mark.parametrize("prefix", ["/en", "/ja-easy"])
def test_the_first_pages_in_other_languages(page: Page, site: Site, prefix: str) -> None:
    page.goto(f"{site.resident}{prefix}/booking/")
    look_at(page, f"identify{prefix.replace('/', '-')}")
    _identify(page, "NOBODY", "1", "1")
    look_at(page, f"identify-error{prefix.replace('/', '-')}")


def test_kind_pages_where_a_way_ends(page: Page, site: Site) -> None:
    page.goto(f"{site.resident}/booking/check/")
    look_at(page, "restart")
    page.goto(f"{site.resident}/booking/start/nobody/")
    look_at(page, "unknown-link")
    page.goto(f"{site.resident}/booking/phone/")
    look_at(page, "phone")


def _identify(page: Page, reference: str, month: str, day: str, email: str = ADDRESS) -> None:
    page.locator("#id_reference").fill(reference)
    page.locator("#id_month").fill(month)
    page.locator("#id_day").fill(day)
    page.locator("#id_email").fill(email)
    page.locator("#id_agreed").check()
    page.locator("main form button").first.click()


def _ask_for_the_link(page: Page, site: Site) -> None:
    _identify(page, "DEM100001", "3", "1")
    expect(page).to_have_title(re.compile("^エラー："))
    expect(page.locator(".err")).to_be_focused()
    look_at(page, "identify-error")
    _identify(page, *HANAKO, "hanako@")
    look_at(page, "mail-error")
    expect(page.locator("#id_agreed")).to_be_checked()
    page.locator("#id_email").fill(ADDRESS)
    page.locator("main form button").first.click()
    look_at(page, "sent")
    page.get_by_role("link", name=re.compile("変更.*送り先")).click()
    look_at(page, "mail")


def _open_the_link(page: Page, site: Site) -> None:
    link = _link_in(site, ADDRESS, "start")
    page.goto(link)
    look_at(page, "start")
    page.locator(PLACES).first.click()
    expect(page.locator("a.day").first).to_be_visible()
    look_at(page, "first-choice")
    page.get_by_role("button", name="家族のカードも一緒に受け取る").dblclick()
    expect(page.get_by_role("button", name="この家族を加える")).to_be_visible()
    look_at(page, "family")
    page.goto(f"{site.resident}/booking/place/")
    look_at(page, "place")
    page.goto(f"{site.resident}/booking/time/")


def _choose(page: Page) -> None:
    look_at(page, "calendar")
    page.locator("a.day").first.click()
    page.get_by_role("button", name="次へ進む").click()
    expect(page).to_have_title(re.compile("^エラー："))
    look_at(page, "time-error")
    page.locator("input[name=slot]:not([disabled])").first.check()
    look_at(page, "time")
    page.get_by_role("link", name="カレンダーを使わずに一覧から選ぶ").click()
    look_at(page, "day-list")
    page.locator("input[name=slot]:not([disabled])").first.check()
    page.get_by_role("button", name="次へ進む").click()


def _take_in_the_cautions(page: Page) -> None:
    page.get_by_role("button", name="この内容で予約する").click()
    look_at(page, "cautions-error")
    for tick in page.locator("input[name=ticks]").all():
        tick.focus()
        page.keyboard.press("Space")
    look_at(page, "cautions")


def _confirm(page: Page, site: Site) -> str:
    look_at(page, "check")
    page.get_by_role("link", name=re.compile("変更.*日時")).click()
    page.locator("input[name=slot]:not([disabled])").nth(1).check()
    page.get_by_role("button", name="次へ進む").click()
    for tick in page.locator("input[name=ticks]").all():
        tick.check()
    page.get_by_role("button", name="この内容で予約する").dblclick()
    expect(page.get_by_role("heading", name="予約が完了しました")).to_be_visible()
    look_at(page, "done")
    number = page.locator(".no").inner_text()
    page.reload()
    expect(page.locator(".no")).to_have_text(number)
    mail = site.mail_to(ADDRESS, number=2)
    assert number in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert any(part.get_content_type() == "text/calendar" for part in mail.iter_attachments())
    return number


def _move(page: Page, site: Site, number: str) -> None:
    page.goto(_link_in(site, ADDRESS, "manage", number=2))
    expect(page.get_by_text(number)).to_be_visible()
    look_at(page, "manage")
    page.get_by_role("link", name="日時を変更する").click()
    page.locator("a.day").nth(1).click()
    page.locator("input[name=slot]:not([disabled])").first.check()
    look_at(page, "move")
    page.get_by_role("button", name="次へ進む").click()
    look_at(page, "move-check")
    page.get_by_role("button", name="この内容に変更する").click()
    expect(page.get_by_text("予約を変更しました")).to_be_visible()
    look_at(page, "moved")


def _cancel(page: Page, site: Site) -> None:
    page.goto(_link_in(site, ADDRESS, "manage", number=3))
    page.get_by_role("link", name="予約を取り消す").click()
    look_at(page, "cancel")
    page.get_by_role("button", name="予約を取り消す").click()
    expect(page.get_by_text("予約を取り消しました")).to_be_visible()
    look_at(page, "cancelled")
    site.mail_to(ADDRESS, number=4)


def _link_in(site: Site, address: str, purpose: str, *, number: int = 1) -> str:
    text = site.mail_to(address, number=number).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(rf"https?://\S+/booking/{purpose}/\S+", text)
    assert found, text
    return found.group(0)
