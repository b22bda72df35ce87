"""An operator finds a city, switches a plugin off and on, and makes a new city that works at once."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.looks import look_at
from tests.journeys.site import Site

OPERATOR = "900001"
PASSWORD = "madoguchi-demo-2026"
MADE_WITHIN = 90_000


def test_an_operator_switches_a_plugin_off_and_on(page: Page, site: Site) -> None:
    _sign_in(page, site)
    look_at(page, "fleet")
    page.get_by_label("自治体名・カナ・コード").fill("くるめ")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="久留米市").click()
    look_at(page, "city")
    page.get_by_role("button", name="件数を数える").click()
    expect(page.get_by_role("group", name="件数")).to_contain_text("予約")
    for word, status in (("無効", 404), ("有効", 200)):
        page.get_by_role("link", name=re.compile(f"{word}にする.*交付予約")).click()
        look_at(page, f"switch-{status}")
        page.get_by_role("button", name=f"{word}にする").click()
        expect(page.get_by_text(f"交付予約を{word}にしました。")).to_be_visible()
        assert _status(page, f"{site.resident}/booking/") == status
    page.get_by_role("link", name="契約を変更").click()
    page.get_by_label("契約終了日").fill("2020-01-01")
    page.get_by_role("button", name="保存する").click()
    expect(page).to_have_title(re.compile("^エラー："))
    look_at(page, "contract-error")


def test_an_operator_makes_a_city_and_its_first_administrator_signs_in(page: Page, site: Site) -> None:
    _sign_in(page, site)
    page.get_by_role("link", name="自治体を作成").click()
    page.get_by_role("link", name="新しく作成").click()
    page.get_by_label("自治体名・カナ・コード").fill("ハチノヘ")
    page.get_by_role("button", name="探す").click()
    look_at(page, "request-new")
    page.get_by_role("button", name="この自治体で進む").first.click()
    page.get_by_label("ホスト名に使う短い名前").fill("kurume")
    _go_on(page)
    expect(page.get_by_text("ほかの自治体が使っています").first).to_be_visible()
    look_at(page, "request-error")
    page.get_by_label("ホスト名に使う短い名前").fill("hachinohe")
    _go_on(page)
    page.get_by_label("問い合わせ先の課").fill("市民課")
    page.get_by_label("電話番号").fill("０１７８-00-0000")
    _go_on(page)
    page.get_by_label("交付予約").check()
    page.get_by_label("最初の場所の名前").fill("八戸市庁")
    page.get_by_label("場所の住所").fill("青森県八戸市内丸")
    look_at(page, "request-plugins")
    _go_on(page)
    page.get_by_label("契約開始日").fill("2026-12-01")
    page.get_by_label("契約終了日").fill("2031-03-31")
    _go_on(page)
    page.get_by_label("職員コード").fill("a1001")
    page.get_by_label("氏名").fill("見本 八戸(デモ管理者)")
    _go_on(page)
    look_at(page, "request-check")
    page.get_by_role("button", name="この内容で作成する").click()
    expect(page.get_by_text("自治体を作成しました")).to_be_visible(timeout=MADE_WITHIN)
    look_at(page, "request-done")
    page.get_by_role("button", name="コードを表示する").click()
    code = page.locator("#first-code").inner_text()
    look_at(page, "request-code")
    page.goto(page.url)
    expect(page.locator("#first-code")).to_have_count(0)
    _use(page, f"http://staff.hachinohe.localhost:{site.port}", code)


def _use(page: Page, staff: str, code: str) -> None:
    page.goto(f"{staff}/sign-in/reset/")
    page.locator("#id_reset_code").fill(code)
    page.locator("#id_new_password").fill("hachinohe-first-2026")
    page.locator("#id_repeated").fill("hachinohe-first-2026")
    page.locator("main button.btn--primary[type=submit]").click()
    page.locator("#id_staff_code").fill("A1001")
    page.locator("#id_password").fill("hachinohe-first-2026")
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("button", name="サインアウト")).to_be_visible()


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="次へ進む").click()


def _status(page: Page, address: str) -> int:
    beside = page.context.new_page()
    answer = beside.goto(address)
    beside.close()
    assert answer is not None
    return answer.status


def _sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.operators}/sign-in/")
    page.locator("#id_staff_code").fill(OPERATOR)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", name="自治体一覧")).to_be_visible()
