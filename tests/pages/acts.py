"""Pages that only answer a form: what was wrong with it, or what came of it.

Nobody reaches them by an address, so each begins on a page that has one, and is written and sent by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

from deploy.local.layout import ROOT
from tests.isolation.doors import doors
from tests.journeys.site import Site
from tests.pages.visits import Visit, role_for

SEND = "main form:not([role=search]) button.btn--primary"
ADDRESSES = "samples/files/address_list.csv"
# A card of the sample city that nobody has booked a visit for, and one of the day that is full of visits.
FREE, BOOKED = "DEM100010", "MIH100002"


@dataclass(frozen=True)
class Stage:
    """What is written into one page, by the selector of the field, and what is pressed then."""

    writes: tuple[tuple[str, str], ...] = ()
    press: str = SEND


@dataclass(frozen=True)
class Act:
    """A page, and how somebody comes to it."""

    name: str
    zone: str
    template: str
    stages: tuple[Stage, ...] = (Stage(),)

    @property
    def visit(self) -> Visit:
        """Name the page on which it begins."""
        (door,) = [door for door in doors(self.zone) if door.template == self.template]
        return Visit(door, role_for(door))

    def play(self, page: Page, context: BrowserContext, site: Site, found: Mapping[str, Any]) -> None:
        """Open the first page and do what leads to the last."""
        visit = self.visit
        visit.introduce(context, site, found)
        page.goto(visit.host(site) + visit.address(found))
        for stage in self.stages:
            for selector, text in stage.writes:
                _write(page, selector, text)
            page.locator(stage.press).first.click()
            page.wait_for_load_state("networkidle")


def acts() -> tuple[Act, ...]:
    """List them all."""
    return ACTS


def _write(page: Page, selector: str, text: str) -> None:
    field = page.locator(selector).first
    # What was compared before is folded away.
    kind = field.evaluate("(one) => { one.closest('details')?.setAttribute('open', ''); return one.type; }")
    if kind in ("checkbox", "radio"):
        field.check()
    elif kind == "file":
        field.set_input_files(ROOT / text)
    elif kind == "select-one":
        field.select_option(text)
    else:
        field.fill(text)


def _staff(name: str, template: str, *stages: Stage) -> Act:
    return Act(name, "staff", template, stages or (Stage(),))


def _handed(reference: str, born: str) -> tuple[Stage, Stage]:
    """Read a label at the counter, and compare card and person."""
    compared = (
        ("#id_label", reference),
        ("#id_is_walk_in", "on"),
        ("[name=papers][value=licence]", "on"),
        ("[name=proofs][value=notice]", "on"),
        ("#id_born", born),
        ("#id_is_looked", "on"),
    )
    return Stage((("#id_label", reference),)), Stage(compared)


ACTS = (
    Act("booking-nothing", "resident", "/booking/"),
    _staff("sign-in-nothing", "/sign-in/"),
    _staff("reservations-new-nothing", "/reservations/new/"),
    _staff("imports-nothing", "/imports/", Stage((), "main form[enctype] button.btn--primary")),
    _staff(
        "imports-profiles-columns",
        "/imports/profiles/",
        Stage((("#id_name", "住所リスト"), ("#id_sample_file", ADDRESSES))),
    ),
    _staff("imports-doctor-ill", "/imports/doctor/", Stage((("#id_file", ADDRESSES),))),
    _staff("cards-scan-nothing", "/cards/scan/"),
    _staff(
        "cards-scan-done",
        "/cards/scan/",
        Stage((("#id_action", "pull"), ("#id_codes", "DEM100011\nDEM100012\nZZZ999999"))),
    ),
    _staff("cards-card_id-facts-nothing", "/cards/%(card_id)s/facts/"),
    _staff("cards-card_id-notes-nothing", "/cards/%(card_id)s/notes/"),
    _staff("cards-handover-nothing", "/cards/handover/"),
    _staff("cards-handover-unlike", "/cards/handover/", *_handed(BOOKED, "S25.1.1")),
    _staff("cards-handover-alike", "/cards/handover/", *_handed(FREE, "S28.6.6")),
    _staff(
        "cards-intake-qr-wrong", "/cards/intake/qr/", Stage((("#id_text", "ABC"),), "#reading .btn--primary")
    ),
    _staff(
        "cards-intake-qr-profiles-nothing",
        "/cards/intake/qr/profiles/",
        Stage(press="main details:has(#id_name) > summary"),
        Stage(),
    ),
    _staff("cards-register-sources-nothing", "/cards/register/sources/add/"),
    _staff("cards-register-postcode-wrong", "/cards/register/postcodes/%(card_id)s/"),
    _staff("cards-shelves-found", "/cards/shelves/", Stage((("#id_code", FREE),))),
    _staff("cards-shelves-unknown", "/cards/shelves/", Stage((("#id_code", "ZZZ999999"),))),
    _staff("cards-shelves-put-unknown", "/cards/shelves/put/", Stage((("#id_code", "ZZZ999999"),))),
    _staff("cards-shelves-pull-stranger", "/cards/shelves/pull/", Stage((("#id_code", FREE),))),
    _staff("cards-shelves-spots-make-nothing", "/cards/shelves/spots/make/", Stage((), "main form button")),
    _staff(
        "cards-forms-new-missing",
        "/cards/forms/new/%(form_key)s/",
        Stage((), "main button[value=refill]"),
    ),
    _staff("cards-letters-new-counted", "/cards/letters/new/", Stage((), "main button[value=count]")),
    _staff("cards-scans-batches-nothing", "/cards/scans/batches/"),
    _staff("cards-scans-document-nothing", "/cards/scans/documents/%(scan_id)s/type/"),
)
