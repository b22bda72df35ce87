"""A browser on a terminal server: no window, no saved file, no camera; everything is printed in place."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.looks import look_at
from tests.journeys.site import Site

CLERK, ADMIN, CALL_CENTRE = "200001", "100001", "300001"
FAILURES = 8
PASSWORD = "madoguchi-demo-2026"
WATCH = """
window.asked = [];
window.open = () => { window.asked.push("window.open"); return null; };
const refuse = () => { window.asked.push("camera"); return Promise.reject(); };
if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = refuse;
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => { window.asked.push(name); };
"""
FAIL = """async ([code, times]) => {
  for (let count = 0; count < times; count += 1) {
    const sent = new FormData(document.querySelector("main form"));
    sent.set("staff_code", code);
    sent.set("password", "wrong-password-here");
    await fetch(location.href, { method: "POST", body: sent });
  }
}"""
HEADERS = """async (address) => {
  const { headers } = await fetch(address);
  return [headers.get("content-type"), headers.get("content-disposition")];
}"""


@pytest.fixture
def thin(browser: Browser) -> Iterator[Page]:
    """A browser that may neither save a file nor open a window, and has no camera."""
    context = browser.new_context(
        accept_downloads=False, permissions=[], locale="ja-JP", viewport={"width": 1366, "height": 768}
    )
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(20_000)
    forbidden: list[str] = []
    page.on("popup", lambda opened: forbidden.append(f"window {opened.url}"))
    page.on("download", lambda saved: forbidden.append(f"file {saved.url}"))
    yield page
    assert forbidden == []
    assert page.evaluate("window.asked || []") == []
    context.close()


@pytest.mark.req("FUJ-39")
def test_a_clerk_prints_and_checks_the_terminal_without_a_file_or_a_window(thin: Page, site: Site) -> None:
    _fail_often(thin, site, CALL_CENTRE)
    _sign_in(thin, site, CLERK)
    thin.goto(f"{site.staff}/reservations/?day=2030-01-08")
    thin.get_by_role("link", name="印刷", exact=True).click()
    _expect_pdf(thin, "予約一覧")
    look_at(thin, "day-list")
    thin.get_by_role("link", name="前の画面に戻る").click()
    expect(thin).to_have_url(f"{site.staff}/reservations/?day=2030-01-08")
    thin.goto(f"{site.staff}/terminals/")
    thin.get_by_role("link", name="この端末を確認する").click()
    thin.locator("#id_terminal").fill("RDSH-001")
    thin.get_by_role("button", name="確認を始める").click()
    thin.get_by_role("link", name=re.compile("確認する.*画面・ブラウザー")).click()
    thin.get_by_label("はい").check()
    thin.get_by_role("button", name="記録して次へ").click()
    expect(thin.get_by_text("390×").or_(thin.get_by_text("1366×")).first).to_be_visible()
    thin.get_by_role("link", name=re.compile("確認する.*通信")).click()
    expect(thin.locator("[data-shows=download_ms]")).to_contain_text("ミリ秒")
    thin.get_by_role("button", name="記録して次へ").click()
    thin.get_by_role("link", name=re.compile("確認する.*印刷")).click()
    _expect_pdf(thin, "印刷の確認")
    look_at(thin, "printer-check")
    for group in thin.locator("fieldset").all():
        group.get_by_label("はい").check()
    thin.get_by_role("button", name="記録して次へ").click()
    _scan(thin, "バーコードリーダー")
    thin.get_by_role("link", name=re.compile("確認する.*QRコードリーダー")).click()
    thin.get_by_role("button", name="リーダーを使わない").click()
    look_at(thin, "terminal-check")
    thin.get_by_role("button", name="結果を記録して終わる").click()
    expect(thin.get_by_text("確認の結果を記録しました。")).to_be_visible()
    thin.get_by_role("link", name="記録を印刷").click()
    _expect_pdf(thin, "端末の動作確認の記録")


def test_an_administrator_keeps_places_and_days(thin: Page, site: Site) -> None:
    _sign_in(thin, site, ADMIN)
    thin.locator("nav summary:visible", has_text="設定").click()
    thin.get_by_role("link", name="場所・開庁時間").first.click()
    look_at(thin, "places")
    thin.set_viewport_size({"width": 1366, "height": 768})
    thin.locator("table tbody th a").first.click()
    look_at(thin, "place")
    thin.get_by_role("link", name="開庁時間", exact=True).click()
    look_at(thin, "place-hours")
    thin.locator("#id_d0_closes").fill("15:00")
    thin.get_by_role("button", name="月曜日の時間を火〜金に入れる").click()
    expect(thin.locator("#id_d4_closes")).to_have_value("15:00")
    thin.get_by_role("button", name="保存する").click()
    expect(thin.get_by_text("まだ保存されていません").first).to_be_visible()
    look_at(thin, "place-hours-check")
    thin.get_by_role("link", name="保存しないで戻る").click()
    for name, address in {
        "special-days": "/places/days/",
        "slots": "/reservations/slots/",
        "kits": "/reservations/kits/",
        "staff-several": "/staff/several/",
        "place-new": "/places/add/",
        "terminals": "/terminals/",
    }.items():
        thin.goto(f"{site.staff}{address}")
        look_at(thin, name)
    thin.set_viewport_size({"width": 1366, "height": 768})
    thin.goto(f"{site.staff}/reservations/slots/")
    thin.get_by_role("link", name="次の週").click()
    thin.locator("table thead a").nth(1).click()
    look_at(thin, "slots-day")


def _fail_often(page: Page, site: Site, code: str) -> None:
    """lock one person out from the address that everybody here shares."""
    page.goto(f"{site.staff}/sign-in/")
    page.evaluate(FAIL, [code, FAILURES])
    page.locator("[name=staff_code]").fill(code)
    page.locator("[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("button", name="サインアウト")).to_have_count(0)


def _sign_in(page: Page, site: Site, code: str) -> None:
    page.goto(f"{site.staff}/sign-in/")
    page.locator("[name=staff_code]").fill(code)
    page.locator("[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("button", name="サインアウト")).to_be_visible()


def _expect_pdf(page: Page, title: str) -> None:
    sheet = page.locator("iframe.sheet")
    expect(sheet).to_have_attribute("title", re.compile(f"^{title}"))
    kind, disposition = page.evaluate(HEADERS, sheet.get_attribute("src"))
    assert kind == "application/pdf"
    assert disposition.startswith("inline")


def _scan(page: Page, label: str) -> None:
    page.get_by_role("link", name=re.compile(f"確認する.*{label}")).click()
    digits = page.evaluate("location.pathname").split("/")[2].replace("-", "")
    page.keyboard.type(f"A{int(digits, 16) % 10**8:08}A")
    page.keyboard.press("Enter")
    expect(page.get_by_text("正しく読み取れました。").first).to_be_visible()
