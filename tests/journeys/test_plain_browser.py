"""The work of the day in a browser without scripts and styles: IE mode, a terminal server, an old PC.

An engine like that of IE mode takes no module for a script and no rule out of a layer, so our pages
reach it as plain HTML. What is switched off here is therefore what such a browser would not do.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect

from tests.journeys.site import ROOT, Site

PASSWORD = "madoguchi-demo-2026"
CLERK, ADMIN = "200001", "100001"
SCANNED, BIRTHDAY, SCANNED_BORN = "DEM100006", "0101", "S60.1.1"
SAMPLE = ROOT / "samples" / "kurume" / "issuance_notices.csv"
LEAST_WORDS = 40


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without scripts and without styles."""
    context = browser.new_context(
        java_script_enabled=False, locale="ja-JP", viewport={"width": 1366, "height": 768}
    )
    context.route(re.compile(r"\.(css|js)(\?|$)"), _refuse)
    yield context
    context.close()


def _refuse(route: Route) -> None:
    route.abort()


def signed_in(context: BrowserContext, site: Site, code: str) -> Page:
    page = context.new_page()
    page.goto(f"{site.staff}/sign-in/")
    page.fill("#id_staff_code", code)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url(f"{site.staff}/")
    return page


def scan(page: Page, selector: str, number: str) -> None:
    """Do what a reader does that stands for a keyboard: very quick keys, then Enter."""
    page.focus(selector)
    page.keyboard.type(number)
    page.keyboard.press("Enter")


def assert_not_blank(page: Page) -> None:
    words = page.locator("main").inner_text()
    assert len(words) > LEAST_WORDS, page.url
    assert page.locator("main h1, main h2").count() > 0, page.url


@pytest.mark.req("NAN-08", "KUR-13")
def test_every_task_of_staff_works_without_scripts_and_styles(plain: BrowserContext, site: Site) -> None:
    page = signed_in(plain, site, CLERK)
    _books_by_phone_with_a_reader(page, site)
    _hands_a_card_over(page, site)
    _takes_a_file_in(page, site)
    page.context.clear_cookies()
    page = signed_in(plain, site, ADMIN)
    _adds_a_colleague(page, site)
    _does_something_to_many(page, site)
    _looks_at_every_page(page, site)


def _books_by_phone_with_a_reader(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/reservations/new/")
    scan(page, "#id_reference", SCANNED)
    expect(page.locator("#id_reference")).to_have_value(SCANNED)
    expect(page.locator(".err")).to_have_count(0)
    page.fill("#id_birthday", BIRTHDAY)
    page.locator("input[name=slot]:not([disabled])").first.check()
    page.get_by_role("button", name="この内容で予約する").click()
    expect(page.get_by_text("予約を登録しました")).to_be_visible()
    number = page.locator("h1").inner_text().split()[-1]
    page.get_by_role("link", name="日時を変更する").click()
    page.locator("input[name=slot]:not([disabled])").last.check()
    page.get_by_role("button", name="この日時に変更する").click()
    expect(page.get_by_text("予約を変更しました")).to_be_visible()
    page.goto(f"{site.staff}/reservations/")
    scan(page, "#t-words", number)
    expect(page.locator("h1")).to_contain_text(number)
    page.goto(f"{site.staff}/reservations/new/")
    page.fill("#id_reference", SCANNED)
    page.fill("#id_birthday", BIRTHDAY)
    page.locator("input[name=slot]:not([disabled])").first.check()
    page.get_by_role("button", name="この内容で予約する").click()
    page.get_by_role("link", name="その予約を開く").click()
    expect(page.locator("h1")).to_contain_text(number)
    page.get_by_role("link", name="予約を取り消す").click()
    page.get_by_label(re.compile("確認しました")).check()
    page.get_by_role("button", name="予約を取り消す").click()
    expect(page.get_by_text("予約を取り消しました")).to_be_visible()


def _takes_a_file_in(page: Page, site: Site) -> None:
    heading, row, *_rest = SAMPLE.read_text(encoding="cp932").splitlines()
    number = row.split(",")[0]
    content = f"{heading}\r\n{row.replace(number, 'PLN000001')}\r\n"
    file = FilePayload(name="plain.csv", mimeType="text/csv", buffer=content.encode("cp932"))
    page.goto(f"{site.staff}/imports/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="確認へ進む").click()
    page.get_by_role("button", name=re.compile("取り込む$")).click()
    # A page that follows a job asks again by itself, without a script.
    expect(page.get_by_text("完了しました").first).to_be_visible(timeout=120_000)
    page.get_by_role("link", name="結果を見る").click()
    expect(page.get_by_text("取り込みました", exact=True)).to_be_visible()


def _hands_a_card_over(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/cards/handover/")
    page.fill("#id_label", SCANNED)
    page.get_by_role("button", name="照合へ進む").click()
    page.get_by_label("運転免許証", exact=True).first.check()
    page.get_by_label("交付通知書", exact=True).check()
    page.fill("#id_born", SCANNED_BORN)
    page.get_by_label(re.compile("見比べました")).check()
    page.get_by_role("button", name="照合する").click()
    expect(page.get_by_text("一致しました")).to_be_visible()
    page.get_by_role("button", name="交付済みにする").click()
    expect(page.get_by_text("を「交付済み」にしました")).to_be_visible()
    page.get_by_role("button", name="元に戻す").click()
    expect(page.get_by_text("元に戻しました")).to_be_visible()
    # A comparison is good for one hand-over.
    expect(page.get_by_role("button", name="照合する")).to_be_visible()


def _adds_a_colleague(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/staff/new/")
    for name, value in {"staff_code": "P0001", "name": "平文 花子", "name_kana": "ヒラフミ ハナコ"}.items():
        page.fill(f"#id_{name}", value)
    page.get_by_label("窓口職員").check()
    page.get_by_role("button", name=re.compile("登録して")).click()
    expect(page.locator("#reset-code")).to_be_visible()


def _does_something_to_many(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/staff/")
    page.fill("#t-words", "平文")
    page.keyboard.press("Enter")
    page.locator("input[name=row]").first.check()
    page.select_option("#t-action", "accounts.deactivate")
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.get_by_text("サインインできなくなり")).to_be_visible()
    page.get_by_role("button", name=re.compile("停止する")).click()
    expect(page.get_by_role("cell", name="できた", exact=True)).to_be_visible()
    page.get_by_role("button", name="元に戻す").click()
    expect(page.get_by_text("元に戻しました")).to_be_visible()
    page.select_option("#t-state", "stopped")
    page.get_by_role("button", name="絞り込む").click()
    assert_not_blank(page)


def _looks_at_every_page(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/")
    found = page.locator(".s-navbox a").evaluate_all(
        "links => links.map((link) => link.getAttribute('href'))"
    )
    for address in found:
        if address.startswith("/cms/"):
            continue
        answer = page.goto(f"{site.staff}{address}")
        assert answer is not None
        assert answer.status == 200, address
        assert_not_blank(page)


def test_twelve_rows_and_more_are_seen_without_scrolling(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": 1366, "height": 768})
    page = signed_in(context, site, ADMIN)
    for address in ("/cards/", "/audit/"):
        page.goto(f"{site.staff}{address}")
        rows = page.locator(".t .tbl tbody tr")
        seen = [box for box in map(_box, rows.all()) if box <= 768]
        assert len(seen) >= 12, (address, len(seen))
    context.close()


def _box(row: object) -> float:
    box = row.bounding_box()  # type: ignore[attr-defined]
    return float(box["y"] + box["height"])


def test_the_keys_lead_through_a_list_and_stay_silent_while_somebody_types(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": 1366, "height": 768})
    page = signed_in(context, site, ADMIN)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url(f"{site.staff}/cards/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("tbody tr").nth(1).locator("[data-row]")
    expect(second).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    expect(page.locator("#keys-dialog")).to_contain_text("予約一覧（当日）")
    page.keyboard.press("Escape")
    page.goto(f"{site.staff}/staff/")
    page.keyboard.press("/")
    expect(page.locator("#t-words")).to_be_focused()
    page.keyboard.type("gh?j")
    expect(page.locator("#t-words")).to_have_value("gh?j")
    assert page.url == f"{site.staff}/staff/"
    page.goto(f"{site.staff}/cards/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="履歴", exact=True)).to_be_visible()
    context.close()
