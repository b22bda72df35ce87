"""An administrator connects the office's own accounts, tries them, and a clerk comes in by one."""

import re

from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Page, expect

from tests.journeys.looks import look_at
from tests.journeys.site import Site

ADMIN, PASSWORD = "100001", "madoguchi-demo-2026"
CLERK = User(sub="clerk@office.example", claims={"employee_id": "200001", "name": "見本 窓口"})
BUTTON = "庁内アカウントでサインイン"


def test_a_clerk_comes_in_by_the_account_of_the_office(page: Page, site: Site) -> None:
    with run_server_in_thread(user_claims=[CLERK]) as server:
        page.goto(f"{site.staff}/sign-in/?next=/sign-in/rules/")
        page.locator("[name=staff_code]").fill(ADMIN)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="サインイン", exact=True).click()
        _connect(page, f"http://localhost:{server.server_port}")
        page.get_by_role("button", name=re.compile("^使えるようにする")).click()
        look_at(page, "rules-with-provider")
        page.get_by_role("button", name="サインアウト").click()
        page.get_by_role("link", name=BUTTON).click()
        page.get_by_role("button", name=CLERK.sub).click()
        expect(page.get_by_role("heading", name="今日の業務")).to_be_visible()
        page.get_by_role("button", name="サインアウト").click()
        look_at(page, "sign-in-with-provider")


def _connect(page: Page, issuer: str) -> None:
    page.get_by_role("link", name="認証サーバーを追加する").click()
    page.locator("[name=label]").fill(BUTTON)
    page.locator("[name=issuer]").fill("http://localhost:9")
    page.locator("[name=client_id]").fill("madoguchi")
    page.locator("[name=secret]").fill("the-secret-of-the-office")
    page.locator("[name=staff_code_claim]").fill("employee_id")
    page.get_by_role("button", name="接続を確かめて保存する").click()
    expect(page.get_by_text("正しい答えがありませんでした").first).to_be_visible()
    look_at(page, "provider-unreachable")
    page.locator("[name=issuer]").fill(issuer)
    page.locator("[name=secret]").fill("the-secret-of-the-office")
    page.get_by_role("button", name="接続を確かめて保存する").click()
    expect(page.get_by_text("まだ試していません")).to_be_visible()
    page.get_by_role("button", name=re.compile("^試す")).click()
    look_at(page, "provider-try")
    page.get_by_role("link", name="認証サーバーの画面へ").click()
    page.get_by_role("button", name=CLERK.sub).click()
    expect(page.get_by_text("200001").first).to_be_visible()
    look_at(page, "provider-trial")
    page.get_by_role("link", name="サインインとパスワードの決まりに戻る").click()
