"""Programs read the names of what they are shown, no others, and each reading is written down."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.audit.services import READ
from madoguchi.places.models import Place
from madoguchi.web.api.tests.machines import program, token_for
from plugins.card_reservation.declarations.permissions import BOOK, VIEW
from plugins.card_reservation.models import Slot
from plugins.card_reservation.queries import bookings
from plugins.card_reservation.services import booking
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import CLERK, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The people whose names were opened, one after the other."""
    found: list[UUID] = []
    describe = bookings.describe

    def noting(pickups: tuple[UUID, ...], **more: Any) -> Any:
        found.extend(pickups)
        return describe(pickups, **more)

    monkeypatch.setattr(bookings, "describe", noting)
    return found


@pytest.fixture
def day(hall: Place, people: People, free_slots: Callable[[int], Any], now: datetime) -> dict[UUID, UUID]:
    """Six visits of one time, each with who comes."""
    [slot] = free_slots(1)
    Slot.objects.filter(pk=slot.id).update(capacity=6)
    made = {}
    for number in range(6):
        pickup = people.add(f"SAM00000{number}", "0229")
        receipt = booking.book(request=request_for(slot.id, pickup, key=uuid4()), actor=CLERK, now=now)
        made[receipt.booking_id] = pickup
    return made


@pytest.fixture
def desk(hall: Place) -> Client:
    """A program that may book."""
    return program(token_for(VIEW, BOOK).text)


def readings() -> list[list[str]]:
    found = AuditEntry.objects.filter(action=READ, actor_kind="machine")
    return list(found.order_by("id").values_list("object_ids", flat=True))


def test_one_booking_opens_the_names_of_its_own_people_alone(
    desk: Client, day: dict[UUID, UUID], opened: list[UUID]
) -> None:
    one, pickup = next(iter(day.items()))
    assert len(desk.get(f"/api/v1/bookings/{one}/").json()["people"]) == 1
    assert opened == [pickup]


def test_a_page_of_a_day_opens_the_names_of_the_page_and_the_next_page_goes_on(
    desk: Client, day: dict[UUID, UUID], opened: list[UUID]
) -> None:
    when = clock.local(Slot.objects.get(bookings__pk=next(iter(day))).starts_at).date()
    address, seen, cursor = f"/api/v1/bookings/?day={when}&limit=4", [], ""
    for size in (4, 2):
        page = desk.get(address + cursor).json()
        assert len(page["results"]) == len(opened) == size
        seen += [row["id"] for row in page["results"]]
        cursor = f"&cursor={page['next']}"
        opened.clear()
    assert page["next"] is None
    assert sorted(seen) == sorted(map(str, day))
    assert readings() == [seen[:4], seen[4:]]


def test_a_mark_that_changes_nothing_still_shows_who_comes_and_is_a_reading(
    desk: Client, day: dict[UUID, UUID]
) -> None:
    one = next(iter(day))
    answer = desk.put(f"/api/v1/bookings/{one}/visit/", {"visit": ""}, content_type="application/json")
    assert (answer.status_code, len(answer.json()["people"])) == (200, 1)
    assert readings() == [[str(one)]]
