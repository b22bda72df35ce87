"""Staff lay the names of a file over the bookings of a day, and not one byte of a name leaves the browser."""

import base64
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.looks import look_at
from tests.journeys.site import Site
from tests.journeys.staff import ADMIN, sign_in
from tests.journeys.wire import Wire, watched

CALLER = ("DEM100007", "1231")
NAME, KANA = "髙橋 検査之介", "タカハシ ケンサノスケ"
OTHER = "誰何 居不在"
# Full-width, lower case and a hyphen: the number as somebody typed it into a spreadsheet.
ROWS = f"交付通知書番号,氏名,カナ\r\nｄｅｍ100-007,{NAME},{KANA}\r\nDEM999999,{OTHER},\r\n"
NO_STORAGE = """
for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("no storage", "SecurityError"); } });
}
"""


@pytest.fixture
def wire(site: Site) -> Iterator[Wire]:
    """The wire between the browser and the site."""
    with watched(site.port) as watching:
        yield watching


def forms_of(text: str) -> list[bytes]:
    """list how a text may look on a wire, whole and in its words."""
    found = []
    for part in (text, *text.split()):
        for encoding in ("utf-8", "cp932", "utf-16-le", "utf-16-be", "euc_jp"):
            written = part.encode(encoding, "ignore")
            found += [written, written.hex().encode(), quote(written).encode()]
            found += [base64.b64encode(written).rstrip(b"="), base64.urlsafe_b64encode(written).rstrip(b"=")]
        found.append(part.encode("ascii", "backslashreplace"))
    return [each for each in found if len(each) > 3]


def leaked(sent: bytes) -> list[bytes]:
    """list the forms of the file's names that were sent."""
    return [form for text in (NAME, KANA, OTHER) for form in forms_of(text) if form in sent]


def names_page(page: Page, site: Site, wire: Wire) -> str:
    """book for somebody, and give the address of the names of that day through the wire."""
    sign_in(page, site, ADMIN)
    page.goto(f"{site.staff}/reservations/new/")
    page.locator("#id_reference").fill(CALLER[0])
    page.locator("#id_birthday").fill(CALLER[1])
    page.locator("input[name=slot]:not([disabled])").first.check()
    page.get_by_role("button", name="この内容で予約する").click()
    expect(page.get_by_text("予約を登録しました")).to_be_visible()
    back = page.get_by_role("link", name="予約一覧に戻る").get_attribute("href") or ""
    day = re.search(r"day=([0-9-]+)", back)
    assert day, back
    staff = site.staff.replace(f":{site.port}", f":{wire.port}")
    return f"{staff}/reservations/names/?day={day[1]}"


def choose(page: Page, content: bytes) -> None:
    page.locator("#names-input").set_input_files(
        {"name": "names.csv", "mimeType": "text/csv", "buffer": content}
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_names_stand_beside_the_numbers_and_none_leaves(
    context: BrowserContext, page: Page, site: Site, wire: Wire, encoding: str
) -> None:
    if encoding == "cp932":
        context.add_init_script(NO_STORAGE)
        address = f"{site.staff.replace(f':{site.port}', f':{wire.port}')}/reservations/names/"
        sign_in(page, site, ADMIN)
    else:
        address = names_page(page, site, wire)
        expect(page.get_by_role("link", name="氏名を重ねる")).to_have_count(0)
    elsewhere: list[str] = []
    context.on("request", lambda asked: elsewhere.append(asked.url))
    page.goto(address)
    if encoding == "utf-8-sig":
        look_at(page, "names-before")
    choose(page, ROWS.encode(encoding))
    if encoding == "cp932":
        # No booking of today: the words say so, and the script did not need any storage.
        expect(page.locator("#names-status")).to_contain_text(
            re.compile("氏名を重ねました|ファイルにある方はいません")
        )
    else:
        _see_names_come_and_go(page, address)
    page.goto("about:blank")
    page.wait_for_timeout(300)
    assert b"GET /reservations/names/" in wire.sent, "the wire was watched"
    assert leaked(wire.sent) == []
    assert {url.split("/")[2].rpartition(":")[0] for url in elsewhere if url.startswith("http")} == {
        "staff.kurume.localhost"
    }
    assert not [url for url in elsewhere if leaked(url.encode())]


def _see_names_come_and_go(page: Page, address: str) -> None:
    row = page.locator("#names-day tr", has_text=NAME)
    expect(row).to_have_count(1)
    expect(row).to_contain_text(KANA)
    expect(page.locator("body")).not_to_contain_text(OTHER)
    look_at(page, "names-shown")
    # Another day and back: the page is fetched, the names stay in its memory.
    day = page.locator("#pick-day")
    chosen = day.input_value()
    for value, count in (("2026-01-01", 0), (chosen, 1)):
        day.fill(value)
        page.get_by_role("button", name="表示", exact=True).click()
        expect(row).to_have_count(count)
    assert page.locator("#names-input").evaluate("one => one.files.length") == 0
    kept = page.evaluate(
        "async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state,"
        " location.href, await indexedDB.databases(), await caches.keys()])"
    )
    assert NAME not in kept
    page.get_by_role("button", name="氏名を消す").click()
    expect(row).to_have_count(0)
    choose(page, ROWS.encode())
    expect(row).to_have_count(1)
    page.goto(address.replace("names/", "notices/"))
    look_at(page, "notices")
    page.go_back()
    expect(page.locator("#names-day")).to_be_visible()
    expect(row).to_have_count(0)


def test_the_watch_on_the_wire_would_see_a_name(page: Page, site: Site, wire: Wire) -> None:
    sign_in(page, site, ADMIN)
    page.goto(f"{site.staff.replace(f':{site.port}', f':{wire.port}')}/reservations/names/")
    assert leaked(wire.sent) == []
    page.evaluate("name => fetch('/reservations/?words=' + encodeURIComponent(name))", NAME)
    assert leaked(wire.sent)


def test_a_file_without_the_columns_or_without_sense_is_refused_in_words(page: Page, site: Site) -> None:
    sign_in(page, site, ADMIN)
    page.goto(f"{site.staff}/reservations/names/")
    for content in (b"", b"\x00\xff\xfe", "番号だけ\nDEM1".encode(), "氏名,住所\n見本,見本".encode()):
        choose(page, content)
        expect(page.locator("#names-status")).to_contain_text("見出しの行に")
        expect(page.locator("#names-clear")).to_be_hidden()
