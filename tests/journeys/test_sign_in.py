"""A clerk adds a key of the device and an app and signs in by each; an administrator reads the rules."""

import hmac
import struct
import time
from base64 import b32decode
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.looks import look_at
from tests.journeys.site import Site

ADMIN, PASSWORD = "100001", "madoguchi-demo-2026"
CLERK, NEW_PASSWORD = "J9001", "kawa-no-nagare-7"


def test_a_clerk_signs_in_by_key_by_app_and_by_paper(page: Page, site: Site) -> None:
    _add_clerk(page, site)
    _choose_password(page, site)
    authenticator = _attach_authenticator(page)
    _sign_in(page, site)
    page.get_by_role("link", name="サインインの方法").first.click()
    look_at(page, "methods-none")
    page.get_by_role("link", name="パスキーを追加する").click()
    look_at(page, "passkey-add")
    page.get_by_role("button", name="パスキーを作る").click()
    expect(page.get_by_text("あとで見分けられる名前を入力してください").first).to_be_visible()
    page.get_by_label("パスキーの名前").fill("自席のパソコン")
    page.get_by_role("button", name="パスキーを作る").click()
    expect(page.get_by_role("heading", name="回復コード", exact=True)).to_be_visible()
    look_at(page, "recovery-codes")
    codes = page.locator(".codes .mono").all_inner_texts()
    page.get_by_role("link", name="控えました。次へ").click()
    secret = _add_app(page)
    look_at(page, "methods-all")
    _leave(page)
    _enter_by_key(page)
    # Without the device: the app, at first wrong, then right.
    authenticator.send("WebAuthn.disable")
    _enter_by_code(page, secret, codes[0])
    page.get_by_role("link", name="サインインの方法").first.click()
    expect(page.get_by_text("残り 9 個")).to_be_visible()


def _enter_by_key(page: Page) -> None:
    # The key instead of a password.
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_role("heading", name="今日の業務")).to_be_visible()
    _leave(page)
    # The key beside the password.
    _type_password(page)
    expect(page.get_by_role("heading", name="もう一つの確認")).to_be_visible()
    look_at(page, "second-step")
    page.get_by_role("button", name="パスキーで確認する").click()
    expect(page.get_by_role("heading", name="今日の業務")).to_be_visible()
    _leave(page)


def _enter_by_code(page: Page, secret: str, paper: str) -> None:
    _type_password(page)
    page.get_by_label("確認コード").fill("000000")
    page.get_by_role("button", name="確認する", exact=True).click()
    expect(page.get_by_text("確認コードが正しくないか、使用済みです").first).to_be_visible()
    look_at(page, "second-step-error")
    page.get_by_label("確認コード").fill(_digits(secret, ahead=1))
    page.get_by_role("button", name="確認する", exact=True).click()
    expect(page.get_by_role("heading", name="今日の業務")).to_be_visible()
    _leave(page)
    # Without either: a code on paper.
    _type_password(page)
    page.get_by_label("確認コード").fill(paper)
    page.get_by_role("button", name="確認する", exact=True).click()
    expect(page.get_by_role("heading", name="今日の業務")).to_be_visible()


def test_an_administrator_reads_and_changes_the_rules(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/sign-in/")
    look_at(page, "sign-in")
    _fill(page, ADMIN, PASSWORD)
    page.goto(f"{site.staff}/sign-in/rules/")
    look_at(page, "rules")
    page.get_by_label("最も短い長さ").fill("8")
    page.get_by_role("button", name="パスワードの決まりを保存する").click()
    expect(page.get_by_text("12文字以上にしてください").first).to_be_visible()
    look_at(page, "rules-error")
    page.goto(f"{site.staff}/sign-in/providers/new/")
    look_at(page, "provider-new")
    page.goto(f"{site.staff}/password/")
    page.locator("[name=new_password]").fill("kawa")
    expect(page.locator("[data-rule=length]")).to_have_attribute("data-met", "no")
    look_at(page, "password-meter")
    page.locator("[name=new_password]").fill("kawa-no-nagare-9")
    expect(page.locator("[data-rule=length]")).to_have_attribute("data-met", "yes")
    page.get_by_role("button", name="決まりに合うか確かめる").click()
    expect(page.get_by_text("すべて守られています")).to_be_visible()
    look_at(page, "password-judged")


def _add_clerk(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/sign-in/?next=/staff/new/")
    _fill(page, ADMIN, PASSWORD)
    page.locator("[name=staff_code]").fill(CLERK)
    page.locator("[name=name]").fill("試し 花子")
    page.get_by_role("checkbox", name="窓口職員").check()
    page.get_by_role("button", name="登録して初回設定コードを表示").click()
    page.code = page.locator("#reset-code").inner_text()  # type: ignore[attr-defined]
    _leave(page)


def _choose_password(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/sign-in/reset/")
    page.get_by_label("再設定コード").fill(page.code)  # type: ignore[attr-defined]
    page.locator("[name=new_password]").fill("kawa")
    page.locator("[name=repeated]").fill("kawa")
    page.get_by_role("button", name="パスワードを設定する").click()
    look_at(page, "password-refused")
    page.get_by_label("再設定コード").fill(page.code)  # type: ignore[attr-defined]
    page.locator("[name=new_password]").fill(NEW_PASSWORD)
    page.locator("[name=repeated]").fill(NEW_PASSWORD)
    page.get_by_role("button", name="パスワードを設定する").click()
    expect(page.get_by_text("パスワードを設定しました")).to_be_visible()


def _attach_authenticator(page: Page) -> Any:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def _add_app(page: Page) -> str:
    page.get_by_role("link", name="認証アプリを登録する").click()
    page.get_by_text("読み取れないとき").click()
    look_at(page, "app-add")
    secret = page.locator("#app-secret").inner_text().replace(" ", "")
    page.get_by_label("6桁の数字").fill(_digits(secret))
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_text("サインインの方法を追加しました")).to_be_visible()
    return secret


def _digits(secret: str, *, ahead: int = 0) -> str:
    """Compute the digits as an app on a phone does."""
    step = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.digest(b32decode(secret), step, "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 1_000_000).zfill(6)


def _sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/sign-in/")
    _type_password(page)
    expect(page.get_by_role("heading", name="今日の業務")).to_be_visible()


def _type_password(page: Page) -> None:
    _fill(page, CLERK, NEW_PASSWORD)


def _fill(page: Page, code: str, password: str) -> None:
    page.locator("[name=staff_code]").fill(code)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="サインイン", exact=True).click()


def _leave(page: Page) -> None:
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", name="職員サインイン")).to_be_visible()
