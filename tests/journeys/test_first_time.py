"""A resident who has never been here books, moves and cancels: three minutes, by what the pages say."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.booking import PLACES, STATED
from tests.journeys.first_timer import FirstTimer
from tests.journeys.site import Site

MOST_SECONDS = 180.0
# From the city's home to the page with the number, both among them.
MOST_SCREENS = 6
DEVICES = {
    "phone": ({"width": 390, "height": 844}, ("DEM100019", "6", "10"), "hajime@example.jp"),
    "pc": ({"width": 1366, "height": 768}, ("DEM100019", "9", "20"), "hajimete@example.jp"),
}


def book(visitor: FirstTimer, notice: tuple[str, str, str]) -> str:
    """Go from the city's home to the booking number, by the words on the pages alone."""
    page, (reference, month, day) = visitor.page, notice
    visitor.begin(f"{visitor.site.resident}/")
    visitor.press("受け取りを予約する", reads=False)
    visitor.type("交付通知書の番号", reference)
    visitor.type("月", month)
    visitor.type("日", day)
    visitor.type("メールアドレス", visitor.email)
    visitor.choose(page.get_by_label("読みました。同意します"))
    visitor.press("次へ進む")
    visitor.open_mail("start", number=1)
    visitor.decide(page.locator(PLACES).first)
    visitor.choose(page.locator("a.day").first)
    visitor.choose(page.locator(STATED).first)
    visitor.press("次へ進む")
    for tick in page.locator("input[name=ticks]").all():
        visitor.choose(tick)
    visitor.press("この内容で予約する")
    expect(page.get_by_role("heading", name="予約が完了しました")).to_be_visible()
    return page.locator(".no").inner_text()


@pytest.mark.req("FUJ-14")
@pytest.mark.parametrize("device", list(DEVICES))
def test_whoever_comes_for_the_first_time_books_within_three_minutes_then_moves_and_cancels(
    browser: Browser, site: Site, device: str
) -> None:
    size, notice, email = DEVICES[device]
    context = browser.new_context(viewport=size, locale="ja-JP", timezone_id="Asia/Tokyo")  # type: ignore[arg-type]
    visitor = FirstTimer(context.new_page(), site, email)
    number = book(visitor, notice)
    spent = visitor.spent
    seconds, told = spent.seconds(device), f"{device}: {spent.seconds(device)} s, {spent}"
    print(told)
    assert seconds <= MOST_SECONDS, told
    assert len(spent.screens) <= MOST_SCREENS, told
    _change(visitor, number)
    context.close()


def _change(visitor: FirstTimer, number: str) -> None:
    """Another time, then none: by the link of the confirmation, without a telephone call."""
    page = visitor.page
    visitor.open_mail("manage", number=2)
    expect(page.get_by_text(number).first).to_be_visible()
    visitor.press("日時を変更する")
    visitor.choose(page.locator("a.day").nth(1))
    visitor.choose(page.locator(STATED).first)
    visitor.press("次へ進む")
    visitor.press("この内容に変更する")
    expect(page.get_by_text("予約を変更しました")).to_be_visible()
    visitor.press("予約を取り消す")
    visitor.press("予約を取り消す")
    expect(page.get_by_text("予約を取り消しました")).to_be_visible()
