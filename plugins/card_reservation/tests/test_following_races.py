"""Hours change while somebody moves from one place to another: nobody waits in a circle."""

from collections.abc import Iterator
from datetime import datetime
from threading import Event
from time import sleep
from typing import Any
from uuid import uuid4

import pytest

from madoguchi import clock
from madoguchi.places.models import Place
from madoguchi.tenancy import City, in_city
from madoguchi.testing.races import SOON
from plugins.card_reservation import queries
from plugins.card_reservation.models import Slot
from plugins.card_reservation.services import booking, following, moving
from plugins.card_reservation.services.slots import open_slots, planned_slots
from plugins.card_reservation.tests.test_booking import CLERK, request_for
from plugins.card_reservation.tests.test_booking_races import all_at_once, nothing_drifted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now() -> datetime:
    return clock.now()


def free_at(place: Place, now: datetime) -> list[queries.SlotView]:
    return queries.nearest_free(place_id=place.id, after=now, party_size=1, now=now, limit=40)


def test_a_move_to_another_place_and_new_hours_of_both_are_both_done(
    home: City, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_city(home):
        open_slots(now=now)
        first, second = Place.objects.filter(code__in=["main", "annex"]).order_by("pk")
        # The move locks the slot of the second place first, the new hours look at the first place first.
        old, new = next(
            (old, new) for old in free_at(first, now) for new in free_at(second, now) if new.id < old.id
        )
        made = booking.book(request=request_for(old.id, uuid4()), actor=CLERK, now=now)
    halfway, plan = Event(), planned_slots

    def slowly(rules: Any, *rest: Any) -> Iterator[Slot]:
        if rules.place_id == second.pk and not halfway.is_set():
            halfway.set()
            sleep(SOON)
        return plan(rules, *rest)

    def move() -> None:
        halfway.wait(20)
        moving.move(booking_id=made.booking_id, slot_id=new.id, key=uuid4(), actor=CLERK, now=now)

    monkeypatch.setattr(following, "planned_slots", slowly)
    told = all_at_once(home, lambda: following.follow(place_ids=(first.pk, second.pk), now=now), move)
    assert told == {"done": 2}
    assert nothing_drifted(home, now)
