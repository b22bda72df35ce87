"""A desk that several people use: handing it over, the warning before the end, and what the browser keeps."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.looks import look_at
from tests.journeys.site import Site

FIRST, SECOND = "200001", "400001"
ADMIN = "100001"
PASSWORD = "madoguchi-demo-2026"
# Everything in which a page can leave something behind.
STORED = """async () => {
  const databases = await indexedDB.databases();
  const keys = await caches.keys();
  const workers = await navigator.serviceWorker.getRegistrations();
  return [localStorage.length, sessionStorage.length, databases.length, keys.length, workers.length];
}"""


def sign_in(page: Page, site: Site, code: str) -> None:
    page.goto(f"{site.staff}/sign-in/")
    type_in(page, code)


def type_in(page: Page, code: str) -> None:
    page.locator("#id_staff_code").fill(code)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("button", name="サインアウト")).to_be_visible()


@pytest.mark.req("KUR-96")
def test_a_desk_is_handed_over_in_two_inputs_and_keeps_nothing_of_anybody(page: Page, site: Site) -> None:
    sign_in(page, site, FIRST)
    for path in ("/cards/", "/reservations/list/", "/reservations/"):
        page.goto(site.staff + path)
    with_people = page.url
    left = page.context.cookies()
    page.get_by_role("button", name="切り替える").click()
    expect(page.get_by_text("サインアウトしました")).to_be_visible()
    look_at(page, "switch-person")
    assert page.locator("main input:visible").count() == 2
    assert page.evaluate(STORED) == [0, 0, 0, 0, 0]
    page.go_back()
    expect(page.locator("#id_staff_code")).to_be_visible()
    assert with_people != page.url or page.locator("table").count() == 0
    type_in(page, SECOND)
    former = next(each for each in left if "session" in each["name"])
    page.context.add_cookies([{"name": former["name"], "value": former["value"], "url": site.staff}])
    page.goto(f"{site.staff}/my-sessions/")
    expect(page.locator("#id_staff_code")).to_be_visible()
    type_in(page, SECOND)
    page.goto(f"{site.staff}/shared-desk/")
    look_at(page, "shared-desk")
    expect(page.get_by_text("ダウンロード").first).to_be_visible()


def test_a_page_warns_before_its_end_and_staying_is_one_press(page: Page, site: Site) -> None:
    sign_in(page, site, ADMIN)
    page.goto(f"{site.staff}/staff/new/")
    page.clock.install()
    page.goto(f"{site.staff}/staff/new/")
    told: dict[str, Any] = {"left": 55, "reason": "idle"}
    page.route("**/session/", lambda route: _tell(route, told))
    page.clock.fast_forward(1745_000)
    dialog = page.get_by_role("dialog", name="まもなくサインアウトします")
    expect(dialog).to_be_visible()
    look_at(page, "session-warning")
    assert "まもなくサインアウト" in page.title()
    expect(dialog.get_by_role("button", name="サインインしたままにする")).to_be_focused()
    told["left"] = 1800
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page).not_to_have_title("まもなく")


def test_what_was_typed_is_there_again_after_the_session_has_ended(page: Page, site: Site) -> None:
    sign_in(page, site, ADMIN)
    page.clock.install()
    page.goto(f"{site.staff}/staff/new/")
    page.locator("#id_name").fill("途中の 人")
    told: dict[str, Any] = {"left": 50, "reason": "long"}
    page.route("**/session/", lambda route: _tell(route, told))
    page.clock.fast_forward(1745_000)
    expect(page.get_by_role("dialog")).to_be_visible()
    look_at(page, "session-end-warning")
    # The session has ended on the server, as it would have by now.
    page.context.clear_cookies(name="sessionid")
    told["left"] = 0
    page.clock.fast_forward(61_000)
    page.wait_for_url("**/sign-in/**")
    expect(page.get_by_text("30分間とってあります")).to_be_visible()
    type_in(page, ADMIN)
    expect(page.locator("#id_name")).to_have_value("途中の 人")


def _tell(route: Route, told: dict[str, Any]) -> None:
    route.fulfill(status=200, content_type="application/json", body=json.dumps(told))
