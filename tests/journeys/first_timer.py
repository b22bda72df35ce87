"""Somebody who books for the first time: goes where the words on the page lead, and all of it is counted.

The time is a model, not a wish: the keystroke-level model (Card, Moran, Newell 1980) with a slow hand, a
decision before every press, and every word of a screen that is not the calendar read at 500 signs a minute.
"""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.journeys.booking import link_in
from tests.journeys.site import Site

SECONDS_PER_DECISION = 1.35
SECONDS_PER_TAP = 1.1
SECONDS_PER_SIGN = {"phone": 0.8, "pc": 0.5}
SIGNS_READ_PER_SECOND = 500 / 60
SECONDS_TO_OPEN_A_MAIL = 15.0
# What stands on the page for everybody to read: no table of days, nothing hidden, no word twice.
READABLE = """() => {
  const words = "main :is(h1, h2, h3, p, li, label, legend, dt, dd, button, a.btn)";
  const parts = [...document.querySelectorAll(words)]
    .filter((one) => !one.closest("table, .cal, .slots, select, noscript, footer, .tel-help, aside"))
    .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .filter((one, _at, all) => !all.some((other) => other !== one && other.contains(one)));
  return parts.map((one) => one.innerText.replace(/\\s+/g, "")).join("").length;
}"""


@dataclass
class Spent:
    """What a task cost."""

    screens: list[str] = field(default_factory=list)
    signs_read: int = 0
    taps: int = 0
    decisions: int = 0
    signs_typed: int = 0
    mails: int = 0

    def seconds(self, device: str) -> float:
        """reckon how long it took."""
        return round(
            self.signs_read / SIGNS_READ_PER_SECOND
            + self.taps * SECONDS_PER_TAP
            + self.decisions * SECONDS_PER_DECISION
            + self.signs_typed * SECONDS_PER_SIGN[device]
            + self.mails * SECONDS_TO_OPEN_A_MAIL,
            1,
        )


class FirstTimer:
    """A person at a browser who has never been here: reads each screen, finds the words, presses."""

    def __init__(self, page: Page, site: Site, email: str) -> None:
        self.page, self.site, self.email = page, site, email
        self.spent = Spent()

    def begin(self, address: str) -> None:
        """open the home page of the city, and begin to count."""
        self.page.goto(address)
        self.look()

    def look(self) -> None:
        """read a new screen."""
        self.page.wait_for_load_state()
        self.spent.screens.append(re.sub(r"https?://[^/]+|[?#].*", "", self.page.url))
        self.spent.signs_read += int(self.page.evaluate(READABLE))

    def press(self, words: str) -> None:
        """press the first link or button that says these words."""
        found = self.page.locator("main").get_by_role("link", name=words)
        found = found.or_(self.page.locator("main").get_by_role("button", name=words)).first
        self._tap(found)
        self.look()

    def choose(self, found: Locator) -> None:
        """tick, or pick what can be picked."""
        self._tap(found)

    def choose_from_list(self, label: str) -> None:
        """pick the first real choice of a list."""
        self.page.get_by_label(label).select_option(index=1)
        self.spent.taps += 2
        self.spent.decisions += 1

    def type(self, label: str, text: str) -> None:
        """type into the field that is called so."""
        self.page.get_by_label(label, exact=True).first.fill(text)
        self.spent.taps += 1
        self.spent.signs_typed += len(text)

    def open_mail(self, purpose: str, *, number: int) -> None:
        """open the link of the newest mail."""
        self.page.goto(link_in(self.site, self.email, purpose, number=number))
        self.spent.mails += 1
        self.look()

    def _tap(self, found: Locator) -> None:
        found.click()
        self.spent.taps += 1
        self.spent.decisions += 1
