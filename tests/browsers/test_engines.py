"""Residents and staff finish their work in Firefox, in WebKit, on phones, and where no script runs."""

import tomllib

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browsers.drivers import Engine
from tests.journeys.booking import PLACES, Visitor, book, manage
from tests.journeys.site import PROFILE, Site
from tests.journeys.test_resident import _link_in

CLERK, PASSWORD = "200001", "madoguchi-demo-2026"
# One card for each browser, so that none finds the booking of another.
CARDS = {"firefox": "DEM100005", "webkit": "DEM100007", "iPhone 13": "DEM100008", "Galaxy S9+": "DEM100009"}
PHONES = ("iPhone 13", "Galaxy S9+")
SEND = "main form button[type=submit]"
FREE = ".slot:not(:has([disabled])) input"
# What a clerk works on with cards, and what it is written with.
PAGES_OF_CARDS = (
    *("", "scan/", "ledger/", "intake/qr/", "shelves/", "shelves/put/", "shelves/pull/"),
    *("shelves/forwarding/", "shelves/parcels/", "shelves/tasks/", "shelves/radar/", "shelves/stocktakes/"),
    *("shelves/spots/", "handover/", "handover/chip/", "forms/", "forms/new/application/", "letters/"),
    *("letters/new/", "register/", "register/residents/", "register/renewals/", "scans/", "scans/batches/"),
    *("scans/progress/", "figures/", "figures/table/", "figures/ends/"),
)
# Nobody books a visit for these.
HANDED = {"firefox": ("DEM100013", "S49.9.9"), "webkit": ("DEM100014", "S56.10.10")}
STATUS = "return fetch(arguments[0]).then((answer) => answer.status)"
# A module that did not load or failed as it ran says so to whoever asks for it again.
FAILED = """
    const modules = [...document.querySelectorAll("script[type=module][src]")];
    return Promise.all(modules.map((one) => import(one.src).then(() => "", (error) => `${one.src} ${error}`)))
        .then((told) => told.join(""));
"""
OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.req("KUR-15")
def test_a_resident_books_in_every_engine(engine: Engine, site: Site) -> None:
    reference, month, day = _card(CARDS[engine.name])
    email = f"{engine.name}@example.jp"
    engine.open(f"{site.resident}/")
    assert engine.script(OVERFLOW) <= 0
    engine.open(f"{site.resident}/booking/")
    engine.write("#id_reference", reference)
    engine.write("#id_month", month)
    engine.write("#id_day", day)
    engine.write("#id_email", email)
    engine.click("#id_agreed")
    engine.leave(SEND)
    engine.open(_link_in(site, email, "start"))
    engine.leave(PLACES)
    engine.leave("a.day")
    engine.script(f"document.querySelector('{FREE}').click()")
    engine.leave(SEND)
    engine.script("for (const one of document.querySelectorAll('[name=ticks]')) one.click()")
    engine.leave(SEND)
    engine.wait(".done .no")
    assert engine.script(OVERFLOW) <= 0


def test_a_clerk_signs_in_sees_list_and_card_and_changes_its_state(engine: Engine, site: Site) -> None:
    _sign_in(engine, site)
    engine.open(f"{site.staff}/cards/?number={CARDS[engine.name]}")
    engine.leave("main tbody a")
    engine.leave("button[name=action]")
    engine.wait_for_text("にしました")


def test_every_page_of_the_cards_stands_and_runs_in_every_engine(engine: Engine, site: Site) -> None:
    _sign_in(engine, site)
    for path in PAGES_OF_CARDS:
        address = f"{site.staff}/cards/{path}"
        assert engine.script(STATUS, address) == 200, path
        engine.open(address)
        assert engine.script("return document.querySelectorAll('main h1').length") == 1, path
        assert engine.script(OVERFLOW) <= 0, path
        assert not engine.script(FAILED), path


def test_a_clerk_compares_a_card_and_hands_it_over_in_every_engine(engine: Engine, site: Site) -> None:
    label, born = HANDED[engine.name]
    _sign_in(engine, site)
    engine.open(f"{site.staff}/cards/handover/")
    engine.write("#id_label", label)
    engine.leave(SEND)
    # Nobody read the slip of a booking, so that a visitor without one is ticked already.
    for tick in ("[name=papers][value=licence]", "[name=proofs][value=notice]", "[name=is_looked]"):
        engine.script(f"document.querySelector('{tick}').click()")
    engine.write("#id_label", label)
    engine.write("#id_born", born)
    engine.leave(SEND)
    engine.wait(".match--yes")
    engine.leave(".hand-go button")
    engine.wait_for_text("交付済みです")


@pytest.mark.parametrize("phone", PHONES)
def test_a_resident_books_moves_and_cancels_on_a_phone(
    phone: str, playwright: Playwright, browser: Browser, site: Site
) -> None:
    described = playwright.devices[phone]
    described.pop("default_browser_type", None)
    context = browser.new_context(**described, locale="ja-JP", timezone_id="Asia/Tokyo")
    page = context.new_page()
    reference, month, day = _card(CARDS[phone])
    visitor = Visitor(reference, month, day, f"{phone.split()[0].lower()}@example.jp")
    book(page, site, visitor, look=lambda name: _fits(page, f"{phone} {name}"))
    manage(page, site, visitor, look=lambda name: _fits(page, f"{phone} {name}"))
    context.close()


def _sign_in(engine: Engine, site: Site) -> None:
    engine.open(f"{site.staff}/sign-in/")
    engine.write("#id_staff_code", CLERK)
    engine.write("#id_password", PASSWORD)
    engine.leave("main button[type=submit]")


def _fits(page: Page, name: str) -> None:
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate(f"() => {{ {OVERFLOW} }}") <= 0, name


def _card(reference: str) -> tuple[str, str, str]:
    """Find the birthday of a sample card, as its owner writes it."""
    cards = tomllib.loads(PROFILE.read_text(encoding="utf-8"))["cards"]
    (birthday,) = {card["birthday"] for card in cards if card["reference"] == reference}
    return reference, str(int(birthday[:2])), str(int(birthday[2:]))
