"""The network of the core systems: 36 terminals at once, and no way out to the Internet."""

import http.cookiejar
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from playwright.sync_api import Browser, Route

from tests.journeys.site import Site
from tests.journeys.staff import CLERK, PASSWORD, sign_in

TERMINALS = 36
PATHS = (
    "/",
    "/cards/",
    "/cards/handover/",
    "/cards/shelves/pull/",
    "/cards/scan/",
    "/cards/forms/",
    "/cards/scans/",
)
CARD = re.compile(r'href="/cards/([0-9a-f-]{36})/"')
HIDDEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Terminal:
    """One terminal: a session of its own, spoken to over the network."""

    def __init__(self, site: Site, number: int) -> None:
        self.number = number
        self._host = urlsplit(site.staff).netloc
        self._root = f"http://127.0.0.1:{site.port}"
        self._opener = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> str:
        """open a page, which must be there."""
        return self._ask(Request(f"{self._root}{path}", headers={"Host": self._host}))

    def post(self, path: str, *, on: str, **fields: str) -> str:
        """send a form of a page and follow where it leads."""
        token = HIDDEN.search(self.get(on))
        assert token, f"no form at {on}"
        body = urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        return self._ask(Request(f"{self._root}{path}", data=body, headers={"Host": self._host}))

    def _ask(self, request: Request) -> str:
        with self._opener.open(request, timeout=60) as answer:
            assert answer.status == 200
            return str(answer.read().decode())


@pytest.mark.req("FUJ-17")
def test_thirty_six_terminals_work_at_once_where_no_internet_is(browser: Browser, site: Site) -> None:
    terminals = [Terminal(site, number) for number in range(TERMINALS)]
    together = threading.Barrier(TERMINALS)

    def work(terminal: Terminal) -> tuple[str, str]:
        terminal.post("/sign-in/", on="/sign-in/", staff_code=CLERK, password=PASSWORD)
        together.wait(timeout=120)
        cards = sorted(set(CARD.findall(terminal.get("/cards/"))))
        own = cards[terminal.number % len(cards)]
        words = f"端末{terminal.number:02d}から書きました"
        terminal.post(f"/cards/{own}/notes/", on=f"/cards/{own}/", text=words)
        for path in PATHS:
            terminal.get(path)
        return own, words

    with ThreadPoolExecutor(TERMINALS) as pool:
        written = list(pool.map(work, terminals))
    # What each of them wrote stands where it was written, once, and nowhere else.
    for own in {card for card, _words in written}:
        page = terminals[0].get(f"/cards/{own}/")
        assert {words for _card, words in written if words in page} == {
            words for card, words in written if card == own
        }
    _open_without_internet(browser, site)


def _open_without_internet(browser: Browser, site: Site) -> None:
    """Open every page with every way out cut: nothing is asked for, nothing is missing."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ja-JP")
    outside: list[str] = []
    missing: list[str] = []

    def at_the_border(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(site.staff).netloc:
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", at_the_border)
    page = context.new_page()
    page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    sign_in(page, site, CLERK)
    for path in PATHS:
        answer = page.goto(f"{site.staff}{path}")
        assert answer
        assert answer.status == 200
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy or "default-src 'self'" in policy
        assert not re.search(r"https?://", policy)
        assert page.evaluate(
            "document.fonts.ready.then((all) => [...all].every((one) => one.status !== 'error'))"
        )
    assert (outside, missing) == ([], [])
    context.close()
