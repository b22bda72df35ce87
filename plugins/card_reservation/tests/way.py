"""The steps of a resident's way, one function each, for tests that start in the middle."""

import html
import re
from typing import Any
from uuid import UUID

from django.test import Client

from madoguchi.ledger import vault
from madoguchi.notifications.models import Delivery
from madoguchi.notifications.services import SEALED_AT
from plugins.card_reservation.tests.stand_ins import People

HANAKO = ("ABC123456", "0229")


def identify(browser: Client, *, reference: str = "ABC-123456", month: str = "2", day: str = "29") -> Any:
    """enter a number and a birthday."""
    return browser.post("/booking/", {"reference": reference, "month": month, "day": day})


def open_link(browser: Client, people: People, *, email: str = "hanako@example.jp") -> str:
    """ask for a link and read its token out of the mail that waits to be sent."""
    if HANAKO not in people.known:
        people.add(*HANAKO)
    identify(browser)
    browser.post("/booking/mail/", {"email": email})
    return token_in_mail("start")


def token_in_mail(purpose: str) -> str:
    """read the newest link of a kind out of the mails that wait."""
    for delivery in Delivery.objects.order_by("-created_at"):
        found = re.search(rf"/booking/{purpose}/([^/\s]+)/", link_in(delivery))
        if found:
            return found.group(1)
    raise LookupError(purpose)


def walk_to_check(
    browser: Client,
    people: People,
    place_id: UUID,
    slot_id: UUID,
    *,
    email: str = "hanako@example.jp",
    has_started: bool = False,
) -> str:
    """go as far as the last page before the button, and return that page."""
    if not has_started:
        token = open_link(browser, people, email=email)
        browser.get(f"/booking/start/{token}/")
        browser.post(f"/booking/start/{token}/", {"agreed": "on"})
    browser.post("/booking/place/", {"place": str(place_id)})
    browser.post("/booking/time/", {"slot": str(slot_id)})
    return browser.get("/booking/check/").content.decode()


def fields(page: str) -> dict[str, Any]:
    """read the hidden fields of a page, with every caution on it ticked."""
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    ticks = re.findall(r'<input type="checkbox" name="ticks"[^>]* value="([^"]*)"', page)
    found: dict[str, Any] = {name: html.unescape(value) for name, value in pairs}
    return found | {"ticks": ticks} if ticks else found


def confirm(browser: Client, page: str) -> Any:
    """press the last button."""
    return browser.post("/booking/check/", fields(page))


def link_in(delivery: Delivery) -> str:
    """read the link of a mail that waits."""
    sealed = vault.open_sealed(sealed=bytes(delivery.sealed), place=SEALED_AT, row=delivery.id)
    return str(sealed["values"].get("link", ""))


def find(browser: Client, words: str) -> Any:
    """type words into the box of the staff's search."""
    return browser.get(browser.post("/reservations/search/", {"q": words})["Location"])
