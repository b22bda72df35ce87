"""Somebody who books for the first time: goes where the words on the page lead, and all of it is counted.

The time is a model, and says so: a decision before every press that leads on and a second for every tap
(keystroke-level model of Card, Moran and Newell, 1980), two signs a second on a telephone (people type three:
Palin and others, 2019), and every word above what is pressed read at 600 signs a minute, though people read
less than a third of a page. The city's home is searched for its door and not read. Whoever reads each word at
500 a minute needs half a minute more.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Locator, Page

from tests.journeys.booking import link_in
from tests.journeys.site import Site

SECONDS_PER_DECISION = 1.35
SECONDS_PER_TAP = 1.1
SECONDS_PER_SIGN = {"phone": 0.5, "pc": 0.4}
SIGNS_READ_PER_SECOND = 600 / 60
SECONDS_TO_OPEN_A_MAIL = 15.0
# All words from the top of a screen down to the one that is pressed: nothing hidden or folded, no word twice,
# and not the table of days, which is looked at and not read.
READ_UP_TO = """(pressed) => {
  const words = "main :is(h1, h2, h3, p, label, legend, .hint, li, dt, dd, button, a.btn, a.tile)";
  const parts = [...document.querySelectorAll(words)]
    .filter((one) => !one.closest("table, .cal, .slots, select, noscript, details:not([open])"))
    .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .filter((one) => one.compareDocumentPosition(pressed) & 4 || one.contains(pressed) || one === pressed)
    .filter((one, _at, all) => !all.some((other) => other !== one && other.contains(one)));
  return parts.map((one) => one.innerText.replace(/\\s+/g, "")).join("");
}"""
HEAD: Final = "main :is(h1, .r-lead) >> nth=-1"


@dataclass
class Spent:
    """What a task cost."""

    screens: list[str] = field(default_factory=list)
    signs_read: list[int] = field(default_factory=list)
    taps: int = 0
    decisions: int = 0
    signs_typed: int = 0
    mails: int = 0

    def seconds(self, device: str) -> float:
        """reckon how long it took."""
        return round(
            sum(self.signs_read) / SIGNS_READ_PER_SECOND
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
        """read a screen; it is another one where the address before the question mark is."""
        self.page.wait_for_load_state()
        screen = re.sub(r"https?://[^/]+|[?#].*", "", self.page.url)
        if self.spent.screens[-1:] != [screen]:
            self.spent.screens.append(screen)

    def press(self, words: str, *, reads: bool = True) -> None:
        """press the first link or button that says these words, after what stands above it was read."""
        found = self.page.locator("main").get_by_role("link", name=words)
        found = found.or_(self.page.locator("main").get_by_role("button", name=words)).first
        if reads:
            self._read(found)
        else:
            self.spent.signs_read.append(len(found.inner_text()))
        self.spent.decisions += 1
        self._tap(found)
        self.look()

    def choose(self, found: Locator) -> None:
        """tick, or pick what can be picked: what was read says which."""
        self._tap(found)
        self.look()

    def decide(self, found: Locator) -> None:
        """read a list on the screen and pick one of it, after which the same screen goes on."""
        self._read(found)
        self.spent.decisions += 1
        self._tap(found)
        self.look()

    def type(self, label: str, text: str) -> None:
        """type into the field that is called so."""
        named = re.compile(rf"^{label}\s*(必須)?\s*$")
        self.page.locator("main").get_by_label(named).first.fill(text)
        self.spent.taps += 1
        self.spent.signs_typed += len(text)

    def open_mail(self, purpose: str, *, number: int) -> None:
        """open the link of the newest mail, to which the head of the page sends."""
        self._read(self.page.locator(HEAD))
        self.page.goto(link_in(self.site, self.email, purpose, number=number))
        self.spent.mails += 1
        self.look()

    def _tap(self, found: Locator) -> None:
        found.click()
        self.spent.taps += 1

    def _read(self, pressed: Locator) -> None:
        self.spent.signs_read.append(len(pressed.evaluate(READ_UP_TO)))
