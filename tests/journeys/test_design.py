"""Parts of pages under high contrast, larger letters, less motion and on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looks import look_at
from tests.journeys.site import Site
from tests.journeys.staff import ADMIN, sign_in

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is told by a frame or a background alone would vanish where the system chooses all colours.
FRAMED = (
    *(".btn", ".notice", ".err", ".tag", ".st", ".card", ".dialog", ".toast", ".disc", ".tasks", ".empty"),
    *(".tick", ".choices label", ".field input[type=text]", ".copy__btn"),
)
PAPERLESS = (".tabs", ".toast", ".dialog", ".copy__btn", ".s-top", ".s-side", ".toolbar", ".pager")


def test_parts_keep_their_frames_where_the_system_chooses_the_colours(page: Page, site: Site) -> None:
    sign_in(page, site, ADMIN)
    page.emulate_media(forced_colors="active")
    for audience in ("staff", "resident"):
        page.goto(f"{site.staff}/design/?audience={audience}")
        for part in FRAMED:
            widths = page.locator(f".part__look {part}").first.evaluate(
                "(one) => ['Top', 'Bottom'].map((side) => parseFloat("
                "getComputedStyle(one)[`border${side}Width`]))"
            )
            assert max(widths) >= 1, f"{part} has no frame for {audience}"
        current = page.locator(".part__look .tabs [aria-current]")
        other = page.locator(".part__look .tabs a:not([aria-current])").first
        colour = "(one) => getComputedStyle(one).borderBottomColor"
        assert current.evaluate(colour) != other.evaluate(colour), f"no tab stands out for {audience}"


def test_whoever_asks_for_less_motion_sees_none(page: Page, site: Site) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(site.resident)
    moving = page.evaluate(
        """[...document.querySelectorAll('*')].filter((one) => {
            const style = getComputedStyle(one);
            return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0;
        }).length"""
    )
    assert moving == 0


def test_paper_carries_the_content_and_no_buttons(page: Page, site: Site) -> None:
    sign_in(page, site, ADMIN)
    page.goto(f"{site.staff}/design/")
    page.emulate_media(media="print")
    for part in PAPERLESS:
        assert page.locator(part).count(), f"{part} is nowhere on the living page"
        for one in page.locator(part).all():
            expect(one).to_be_hidden()
    expect(page.locator(".part__look .card").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("size", ["large", "largest"])
def test_larger_letters_fit_a_small_phone(page: Page, site: Site, size: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/en/", "/ja-easy/", "/booking/", "/en/booking/"):
        page.goto(f"{site.resident}{path}")
        page.locator(".r-tool").first.click()
        with page.expect_response(lambda response: "/text-size/" in response.url):
            page.locator(f"[data-text-size={size}]").click()
        assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") > 16
        assert page.evaluate(SIDEWAYS) <= 0, f"{path} scrolls sideways with {size} letters"
        page.reload()
        assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") > 16
        page.context.clear_cookies()


def test_on_a_phone_each_row_of_the_settings_is_a_card(page: Page, site: Site) -> None:
    sign_in(page, site, ADMIN)
    page.goto(f"{site.staff}/settings/")
    look_at(page, "settings")
    table = page.locator(".tblwrap")
    assert table.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0
    cell = table.locator("tbody td").first
    assert "設定できること" in cell.evaluate("(one) => getComputedStyle(one, '::before').content")


def test_without_scripts_dialogs_are_sections_and_letters_grow(page: Page, site: Site) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    still = context.new_page()
    sign_in(still, site, ADMIN)
    still.goto(f"{site.staff}/design/")
    expect(still.locator("#sample-dialog")).to_be_visible()
    expect(still.locator("[data-opens]").first).to_be_hidden()
    still.goto(f"{site.resident}/booking/")
    still.locator(".r-tool").first.click()
    still.locator("[data-text-size=largest]").click()
    assert still.url == f"{site.resident}/booking/"
    assert still.locator("html").get_attribute("data-text") == "largest"
    context.close()


def test_a_dialog_opens_closes_and_gives_the_focus_back(page: Page, site: Site) -> None:
    sign_in(page, site, ADMIN)
    page.goto(f"{site.staff}/design/")
    opener, dialog = page.locator("[data-opens=sample-dialog]"), page.locator("#sample-dialog")
    expect(dialog).to_be_hidden()
    for close in ("Escape", "button"):
        opener.click()
        expect(dialog).to_be_visible()
        assert dialog.evaluate("(one) => one.matches(':modal') && one.contains(document.activeElement)")
        if close == "Escape":
            page.keyboard.press("Escape")
        else:
            dialog.locator(".dialog__x").click()
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()


def test_a_city_tries_its_look_on_a_phone_before_anybody_sees_it(page: Page, site: Site) -> None:
    sign_in(page, site, ADMIN)
    page.goto(f"{site.staff}/brand/")
    look_at(page, "brand")
    page.get_by_label("紫", exact=True).check()
    page.get_by_role("button", name="下書きにして、画面で確かめる").click()
    frame = page.frame_locator("iframe.phone")
    expect(frame.locator("html")).to_have_attribute("data-brand", "purple")
    expect(frame.locator(".r-header")).to_be_visible()
    assert frame.locator("html").evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0
    look_at(page, "brand-draft")
    page.get_by_role("button", name="下書きを捨てる").click()
    expect(page.get_by_text("下書きを捨てました")).to_be_visible()
    page.get_by_role("button", name="この見た目を公開する").click()
    expect(page.get_by_text("変更はありませんでした").or_(page.get_by_text("公開しました"))).to_be_visible()
    page.get_by_label("紫", exact=True).check()
    page.get_by_role("button", name="この見た目を公開する").click()
    expect(page.locator("html")).to_have_attribute("data-brand", "purple")
    look_at(page, "brand-published")
    page.get_by_role("button", name="契約のときの最初の見た目に戻す").click()
    expect(page.locator("html")).not_to_have_attribute("data-brand", "purple")
