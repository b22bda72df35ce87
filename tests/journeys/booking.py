"""A resident's whole booking in any language, screen by screen, with the links of real mails."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.journeys.site import Site

PREFIXES = {"ja": "", "en": "/en", "ja-easy": "/ja-easy"}
STATED = "input[name=slot]:not([disabled])"
PLACES = "main ul.letters a"

Look = Callable[[str], None]


@dataclass(frozen=True)
class Visitor:
    """Who books, in which language."""

    reference: str
    month: str
    day: str
    email: str
    language: str = "ja"

    @property
    def prefix(self) -> str:
        """begin the addresses of the language."""
        return PREFIXES[self.language]


def book(page: Page, site: Site, visitor: Visitor, *, look: Look) -> None:
    """book a visit, looking at every screen on the straight way; the mail lies between two of them."""
    page.goto(f"{site.resident}{visitor.prefix}/booking/")
    look("identify")
    page.locator("#id_reference").fill(visitor.reference)
    page.locator("#id_month").fill(visitor.month)
    page.locator("#id_day").fill(visitor.day)
    page.locator("#id_email").fill(visitor.email)
    page.locator("#id_agreed").check()
    go_on(page)
    look("sent")
    page.goto(link_in(site, visitor.email, "start"))
    look("start")
    page.locator(PLACES).first.click()
    page.locator("a.day").first.click()
    look("time")
    page.locator(STATED).first.check()
    go_on(page)
    for tick in page.locator("input[name=ticks]").all():
        tick.check()
    look("check")
    go_on(page)
    expect(page.locator(".done .no")).to_be_visible()
    look("done")


def manage(page: Page, site: Site, visitor: Visitor, *, look: Look) -> None:
    """look at the booking, move it and cancel it by the link of the confirmation."""
    page.goto(link_in(site, visitor.email, "manage", number=2))
    address = page.url
    look("manage")
    page.goto(f"{address}move/")
    page.locator("a.day").nth(1).click()
    page.locator(STATED).first.check()
    look("move")
    go_on(page)
    look("move-check")
    go_on(page)
    look("moved")
    page.goto(f"{address}cancel/")
    look("cancel")
    go_on(page)
    look("cancelled")


def go_on(page: Page) -> None:
    """press the button that leads on: the only large one of a form that is sent."""
    page.locator("main form[method=post] button.btn--lg").first.click()
    page.wait_for_load_state()


def link_in(site: Site, address: str, purpose: str, *, number: int = 1) -> str:
    """read the link of a mail."""
    text = site.mail_to(address, number=number).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(rf"https?://\S+/booking/{purpose}/\S+", text)
    assert found, text
    return found.group(0)
