"""A card's whole way at the screens: read from the list, stored, booked, sent to a branch, handed over."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.journeys.looks import look_at
from tests.journeys.site import ROOT, Site
from tests.journeys.staff import ADMIN, CLERK, sign_in

CODES = (ROOT / "samples" / "files" / "qr_list.txt").read_text(encoding="utf-8").splitlines()
PAGE = r"MKL1;(?P<list>[^;]+);(?P<page>[0-9]+)/(?P<pages>[0-9]+);"
PERSON = r"(?P<number>[0-9A-Z]{9}),(?P<born>[0-9]{8}),(?P<name>[^,;]*),(?P<kana>[^,;]*),(?P<kind>[0-9]);"
# The second of the list, born on 15 September 2004, and somebody else of it.
CARD, BIRTHDAY, BORN, OTHER = "SMP300002", "0915", "H16.9.15", "SMP300003"
BRANCH = "田主丸総合支所 市民福祉課"


def test_a_card_goes_from_the_list_to_its_holder(page: Page, site: Site) -> None:
    _prepare(page, site)
    sign_in(page, site, CLERK)
    _read_the_list(page, site)
    _store(page, site)
    number, day = _book(page, site)
    _forward(page, site)
    _pull(page, site, day)
    _hand_over(page, site, number)


def _prepare(page: Page, site: Site) -> None:
    """An administrator says what the codes look like and where cards lie."""
    sign_in(page, site, ADMIN)
    page.goto(f"{site.staff}/cards/intake/qr/profiles/")
    page.get_by_text("正規表現で作る").click()
    kinds = "1=新規\n2=更新\n3=再交付"
    given = {"name": "もう一つの一覧", "page": PAGE, "record": PERSON, "kinds": kinds, "sample": CODES[0]}
    for name, text in given.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="見本を読んでみる").click()
    look_at(page, "qr-profile")
    page.get_by_role("button", name="保存する").click()
    page.goto(f"{site.staff}/cards/shelves/spots/make/")
    for name, text in (("cabinets", "Z-01"), ("shelves", "0"), ("boxes", "2")):
        page.locator(f"#id_{name}").fill(text)
    page.get_by_role("button", name="できる名前を確かめる").click()
    page.get_by_role("button", name="作る", exact=True).click()
    expect(page.get_by_role("link", name="Z-01-1")).to_be_visible()
    look_at(page, "spots")


def _read_the_list(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/cards/intake/qr/")
    _scan(page, "text", CODES[0][:-20], "読み取る")
    expect(page.get_by_text("途中で切れています")).to_be_visible()
    _scan(page, "text", CODES[0], "読み取る")
    expect(page.get_by_text("8人を登録しました").first).to_be_visible()
    look_at(page, "qr-read")
    _scan(page, "text", CODES[0], "読み取る")
    expect(page.get_by_text("このQRコードは読み取り済みです")).to_be_visible()


def _store(page: Page, site: Site) -> None:
    page.goto(f"{site.staff}/cards/shelves/spots/")
    spot = re.search(r"7\d{7}", page.get_by_role("row", name=re.compile("Z-01-1")).inner_text())
    assert spot
    page.goto(f"{site.staff}/cards/shelves/put/")
    _scan(page, "code", spot.group(), "読み取り")
    _scan(page, "code", "NOSUCH001", "読み取り")
    expect(page.get_by_text("このカードは見つかりません")).to_be_visible()
    _scan(page, "code", CARD, "読み取り")
    expect(page.get_by_text("Z-01-1 に置きました")).to_be_visible()
    look_at(page, "card-stored")


def _book(page: Page, site: Site) -> tuple[str, str]:
    """Book a visit at a branch for whoever is on the phone; name the booking and its day."""
    page.goto(f"{site.staff}/reservations/new/")
    page.locator("select[name=place]").select_option(label=BRANCH)
    page.get_by_role("button", name="この場所と日の時間を表示").click()
    page.locator("#id_reference").fill(CARD)
    page.locator("#id_birthday").fill(BIRTHDAY)
    page.locator("input[name=slot]:not([disabled])").first.check()
    page.get_by_role("button", name="この内容で予約する").click()
    # The card lies at the hall: the page says from when on it can be at the branch.
    told = page.get_by_text(re.compile(r"届くのは早くて R\d+\.")).first.inner_text()
    found = re.search(r"R(\d+)\.(\d+)\.(\d+)", told)
    assert found
    era, month, date = (int(part) for part in found.groups())
    day = f"{2018 + era}-{month:02}-{date:02}"
    look_at(page, "booking-too-soon")
    page.locator("#pick-day").fill(day)
    page.get_by_role("button", name="この場所と日の時間を表示").click()
    expect(page.locator("#id_reference")).to_have_value(CARD)
    page.locator("input[name=slot]:not([disabled])").first.check()
    page.get_by_role("button", name="この内容で予約する").click()
    expect(page.get_by_text("予約を登録しました")).to_be_visible()
    number = re.search(r"\d{4}-\d{4}", page.locator("main").inner_text())
    assert number
    return number.group(), day


def _forward(page: Page, site: Site) -> None:
    """Pack, send, take in and sign for it at both ends."""
    made = page.get_by_role("button", name="荷物を作る").first
    expect_within(page, f"{site.staff}/cards/shelves/forwarding/", CARD)
    look_at(page, "forwarding")
    made.click()
    _scan(page, "code", CARD, "読み取り")
    expect(page.get_by_text("荷物に入れました")).to_be_visible()
    page.get_by_role("button", name="送り出す（署名）").click()
    expect(page.get_by_text("1枚を送り出しました")).to_be_visible()
    _scan(page, "code", OTHER, "読み取り")
    expect(page.get_by_text("この荷物に入っていないはずのカードです")).to_be_visible()
    _scan(page, "code", CARD, "読み取り")
    expect(page.get_by_text("1枚中1枚を受け取りました")).to_be_visible()
    page.get_by_role("button", name="別に対応した").click()
    page.get_by_role("button", name="受け取りを締める（署名）").click()
    expect(page.get_by_text("受け取りを締めました")).to_be_visible()
    look_at(page, "parcel-signed")


def _pull(page: Page, site: Site, day: str) -> None:
    page.goto(f"{site.staff}/cards/shelves/pull/?{urlencode({'day': day})}")
    page.locator("select[name=place]").select_option(label=BRANCH)
    page.get_by_role("button", name="表示").click()
    expect(page.get_by_text("1件中1件")).to_be_visible()
    look_at(page, "pull-list")


def _hand_over(page: Page, site: Site, number: str) -> None:
    page.goto(f"{site.staff}/cards/handover/")
    page.locator("[name=label]").fill(CARD)
    page.locator("[name=booking]").fill(number)
    page.get_by_role("button", name="照合へ進む").click()
    _compare(page, "H16.9.16")
    expect(page.get_by_text("生年月日が違います")).to_be_visible()
    expect(page.get_by_role("button", name="交付済みにする")).to_have_count(0)
    look_at(page, "handover-differs")
    _compare(page, BORN)
    look_at(page, "handover-agrees")
    page.get_by_role("button", name="交付済みにする").click()
    expect(page.get_by_text("交付済み").first).to_be_visible()
    look_at(page, "handed-over")


def _compare(page: Page, born: str) -> None:
    page.locator("input[name=receiver][value=holder]").check()
    page.locator("input[name=papers][value=licence]").check()
    page.locator("input[name=proofs][value=notice]").check()
    page.locator("[name=born]").fill(born)
    page.get_by_label(re.compile("見比べました")).check()
    page.get_by_role("button", name="照合する").click()


def _scan(page: Page, field: str, code: str, button: str) -> None:
    page.locator(f"[name={field}]").fill(code)
    page.get_by_role("button", name=button, exact=True).first.click()


def expect_within(page: Page, address: str, words: str) -> None:
    """Ask again until an event has arrived."""
    for _turn in range(30):
        page.goto(address)
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(words)
