"""The booking is written before its page is made: whatever breaks in between, it is made once and whole."""

from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.places.models import Place
from madoguchi.tenancy import City, in_city
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, BringList, Slot
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import HANAKO, confirm, identify, token_in_mail, walk_to_check
from plugins.card_reservation.views import confirm as view

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(home: City, people: People) -> tuple[Client, str]:
    """Somebody who knows what to bring stands before the last button."""
    browser = Client(headers={"host": "midori.localhost"}, raise_request_exception=False)
    people.add(*HANAKO)
    with in_city(home):
        now = clock.now()
        open_slots(now=now)
        hall = Place.objects.get(code="main").pk
        slot = queries.nearest_free(place_id=hall, after=now, party_size=1, now=now)[0].id
    identify(browser)
    browser.post("/booking/mail/", {"email": "hanako@example.jp"})
    with in_city(home):
        token = token_in_mail("start")
    browser.get(f"/booking/start/{token}/")
    browser.post(f"/booking/start/{token}/", {"agreed": "on"})
    browser.post(
        "/booking/bring/", {"who": "self", "notice": "yes", "photo": "yes", "old": "none", "paper": "yes"}
    )
    return browser, walk_to_check(browser, people, hall, slot, has_started=True)


def fails(*args: Any, **more: Any) -> str:
    raise RuntimeError("a bug")


def test_a_page_that_breaks_after_the_booking_is_sent_again_and_nothing_is_done_twice(
    home: City, page: tuple[Client, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, shown = page
    with monkeypatch.context() as broken:
        broken.setattr(view, "_done_url", fails)
        assert confirm(browser, shown).status_code == 500
    with in_city(home):
        made = Booking.objects.get()
        BringList.objects.update(codes=["old_card"])  # changed by the link of the mail meanwhile
    again = confirm(browser, shown)
    assert again.status_code == 303
    assert made.number in browser.get(again["Location"]).content.decode()
    with in_city(home):
        assert Booking.objects.get() == made
        assert list(Slot.objects.exclude(booked=0).values_list("pk", "booked")) == [(made.slot_id, 1)]
        assert OutboxEvent.objects.filter(kind="card_reservation.pickup_booked").count() == 1
        for action in ("card_reservation.book", "card_reservation.bring_list"):
            assert AuditEntry.objects.filter(action=action).count() == 1
        assert BringList.objects.get().codes == ["old_card"]
