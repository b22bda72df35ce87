"""A clerk signs in, takes a file in, sees cards, watches the day board and books for a caller."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.looks import look_at
from tests.journeys.site import ROOT, Site
from tests.journeys.staff import ADMIN, AUDITOR, CLERK, fill_in, sign_in

SAMPLE = ROOT / "samples" / "kurume" / "issuance_notices.csv"
CALLER = ("DEM100004", "0320")


def test_a_clerk_takes_the_file_in_and_sees_the_cards(page: Page, site: Site) -> None:
    sign_in(page, site, ADMIN, shot="sign-in")
    look_at(page, "staff-home")
    page.goto(f"{site.staff}/imports/")
    look_at(page, "imports")
    page.locator("input[type=file]").set_input_files(str(SAMPLE))
    page.get_by_role("button", name="確認へ進む").click()
    apply = page.get_by_role("button", name=re.compile("取り込む$"))
    _wait_for(page, apply)
    expect(page.get_by_text("取り込めません").first).to_be_visible()
    look_at(page, "import-check")
    apply.click()
    applied = page.get_by_text("取り込みました", exact=True)
    _wait_for(page, applied)
    look_at(page, "import-done")
    page.goto(f"{site.staff}/cards/")
    look_at(page, "cards")
    page.locator("table a").first.click()
    look_at(page, "card")


def test_a_clerk_books_for_a_caller_and_the_board_shows_it_at_once(page: Page, site: Site) -> None:
    sign_in(page, site, CLERK)
    page.goto(f"{site.staff}/reservations/new/")
    look_at(page, "phone-booking")
    page.get_by_role("button", name="この内容で予約する").click()
    expect(page).to_have_title(re.compile("^エラー："))
    look_at(page, "phone-booking-error")
    page.locator("#id_reference").fill(CALLER[0])
    page.locator("#id_birthday").fill(CALLER[1])
    page.locator("input[name=slot]:not([disabled])").first.check()
    page.get_by_role("button", name="この内容で予約する").dblclick()
    expect(page.get_by_text("予約を登録しました")).to_be_visible()
    look_at(page, "booking")
    page.get_by_role("link", name="予約一覧に戻る").click()
    expect(page.get_by_text("見本 さくら")).to_be_visible()
    look_at(page, "day-board")
    page.get_by_role("link", name="月の表示").click()
    look_at(page, "month")
    page.go_back()
    page.get_by_role("link", name=re.compile(r"^\d{3,4}-\d{3,4}|^[0-9A-Z-]{6,}$")).first.click()
    page.get_by_role("link", name="日時を変更する").click()
    look_at(page, "booking-move")
    page.locator("input[name=slot]:not([disabled])").last.check()
    page.get_by_role("button", name="この日時に変更する").click()
    expect(page.get_by_text("予約を変更しました")).to_be_visible()
    page.get_by_role("link", name="予約を取り消す").click()
    look_at(page, "booking-cancel")
    page.get_by_label(re.compile("確認しました")).check()
    page.get_by_role("button", name="予約を取り消す").click()
    expect(page.get_by_text("予約を取り消しました")).to_be_visible()


def test_an_auditor_finds_who_looked(page: Page, site: Site) -> None:
    sign_in(page, site, AUDITOR)
    page.goto(f"{site.staff}/audit/")
    look_at(page, "audit")


def test_a_wrong_password_says_so_first(page: Page, site: Site) -> None:
    fill_in(page, site, CLERK, "not the password")
    expect(page).to_have_title(re.compile("^エラー："))
    look_at(page, "sign-in-error")


def test_the_sample_holds_what_the_journey_needs() -> None:
    with Path(SAMPLE).open(encoding="cp932", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) > 1_000


def _wait_for(page: Page, wanted: Locator) -> None:
    """wait until a job is over, if there is one, and for what its result shows."""
    result = page.get_by_role("link", name="結果を見る")
    expect(result.or_(wanted).first).to_be_visible(timeout=60_000)
    if result.is_visible():
        result.click()
    expect(wanted.first).to_be_visible()
