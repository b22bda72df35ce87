"""Every screen of a booking for people with weak eyes, on a phone; other languages at night."""

import pytest
from playwright.sync_api import Page

from tests.architecture.sources import ROOT
from tests.journeys.site import Site
from tests.journeys.weak_eyes import COLOURED_ONLY, SPOILT, VISITORS, examine

SCRIPT = ROOT / "docs" / "how-to" / "walk-with-a-screen-reader.md"


@pytest.mark.req("KUR-47")
def test_every_screen_of_a_booking_is_accessible_without_colours_and_in_letters_twice_as_large(
    page: Page, site: Site
) -> None:
    assert examine(page, site, VISITORS["ja"]) == {}
    script = SCRIPT.read_text(encoding="utf-8")
    assert all(word in script for word in ("NVDA", "VoiceOver", "keyboard alone", "200 %", "high contrast"))


def test_a_text_that_is_cut_off_or_lies_on_another_would_be_noticed(page: Page) -> None:
    page.set_content("<p style='height:9px;overflow:hidden'>切れる文字</p>")
    assert page.evaluate(SPOILT) == ["cut off: 切れる文字"]
    page.set_content("<p>下の文字です</p><p style='margin-top:-2.2em'>上の文字です</p>")
    assert page.evaluate(SPOILT) == ["on each other: 下の文字です / 上の文字です"]


def test_a_sign_by_colour_alone_would_be_noticed(page: Page) -> None:
    page.set_content(
        "<main><p><a href='#' style='text-decoration:none'>先へ</a></p><div class='day'>9</div></main>"
    )
    assert len(page.evaluate(COLOURED_ONLY)) == 2
