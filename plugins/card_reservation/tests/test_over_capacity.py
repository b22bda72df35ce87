"""Beyond the capacity: by administrators, with a reason, and gone again with whoever leaves."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from madoguchi.tenancy import City, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, OverCapacity, Slot
from plugins.card_reservation.services import booking, moving
from plugins.card_reservation.services.slots import open_slots, reconcile
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import CLERK, RESIDENT, request_for
from plugins.card_reservation.tests.test_booking_races import all_at_once

REASON = "市長公室からの依頼"


@pytest.fixture
def full(hall: Place, now: datetime) -> Slot:
    """A slot in which five of five are booked."""
    found = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now)
    for _place in range(5):
        booking.book(request=request_for(found[0].id, uuid4()), actor=RESIDENT, now=now)
    return Slot.objects.get(pk=found[0].id)


@pytest.fixture
def admin(db: None) -> Client:
    """An administrator's browser."""
    staff = StaffFactory.create(city_admin=True)
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


def call(slot: Slot, **changes: str) -> dict[str, str]:
    sent = {"reference": "ABC123456", "birthday": "0229", "slot": str(slot.id), "key": str(uuid4())}
    return sent | {"email": "", **changes}


def page_of(browser: Client, slot: Slot) -> str:
    text: str = browser.get(f"/reservations/new/?place={slot.place_id}&day={slot.day}").content.decode()
    return text


@pytest.mark.django_db
@pytest.mark.req("KUR-23", "NAN-36")
def test_an_administrator_goes_beyond_with_a_reason_and_a_clerk_does_not(
    admin: Client, clerk: Client, people: People, full: Slot
) -> None:
    people.add("ABC123456", "0229")
    assert f'value="{full.id}" disabled' in page_of(clerk, full)
    for sent in (call(full), call(full, beyond=REASON)):
        refused = clerk.post("/reservations/new/", sent)
        assert refused.status_code == 422
        assert "満員" in refused.content.decode()
    assert f'value="{full.id}" disabled' not in page_of(admin, full)
    silent = admin.post("/reservations/new/", call(full))
    assert silent.status_code == 422
    assert "理由を書いてください" in silent.content.decode()
    made = admin.post("/reservations/new/", call(full, beyond=REASON))
    assert made.status_code == 303
    shown = clerk.get(made["Location"]).content.decode()
    assert "定員を超えて入れた予約です" in shown
    assert REASON in shown
    board = clerk.get(f"/reservations/?day={full.day}&place={full.place_id}").content.decode()
    assert "定員超過" in board
    full.refresh_from_db()
    assert (full.booked, full.capacity, full.allowance) == (6, 5, 1)
    drawn = clerk.get(f"/reservations/?day={full.day}&place={full.place_id}").context["board"].slots
    assert [(one.slot.booked, one.slot.capacity) for one in drawn if one.slot.id == full.id] == [(6, 5)]
    entry = AuditEntry.objects.filter(action="card_reservation.book").latest("id")
    assert entry.details["beyond_capacity"] == REASON


@pytest.mark.django_db
def test_a_reason_where_there_is_room_marks_nothing(hall: Place, now: datetime) -> None:
    slot = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now)[0]
    asked = request_for(slot.id, uuid4(), channel="phone", beyond=REASON)
    booking.book(request=asked, actor=CLERK, now=now)
    assert Slot.objects.get(pk=slot.id).allowance == 0
    assert not OverCapacity.objects.exists()


@pytest.mark.django_db
def test_whoever_leaves_takes_the_place_beyond_along(full: Slot, now: datetime) -> None:
    asked = request_for(full.id, uuid4(), uuid4(), channel="phone", beyond=REASON)
    receipt = booking.book(request=asked, actor=CLERK, now=now)
    full.refresh_from_db()
    assert (full.booked, full.allowance) == (7, 2)
    first = Booking.objects.exclude(pk=receipt.booking_id).filter(slot=full)[0]
    moving.cancel(booking_id=first.pk, actor=CLERK, now=now)
    full.refresh_from_db()
    assert (full.booked, full.allowance) == (6, 1)
    with pytest.raises(booking.SlotFull):
        booking.book(request=request_for(full.id, uuid4(), channel="phone"), actor=CLERK, now=now)
    moving.cancel(booking_id=receipt.booking_id, actor=CLERK, now=now)
    full.refresh_from_db()
    assert (full.booked, full.allowance) == (4, 0)


@pytest.mark.django_db
def test_moving_into_a_full_slot_asks_for_a_reason_and_moving_out_forgets_it(
    admin: Client, clerk: Client, full: Slot, now: datetime
) -> None:
    near = queries.nearest_free(place_id=full.place_id, after=full.starts_at, party_size=1, now=now)
    free = next(slot for slot in near if slot.id != full.id)
    made = booking.book(request=request_for(free.id, uuid4()), actor=RESIDENT, now=now)
    address = f"/reservations/{made.booking_id}/move/"
    for browser, reason in ((clerk, REASON), (admin, "")):
        sent = {"slot": str(full.id), "key": str(uuid4()), "beyond": reason}
        assert browser.post(address, sent).status_code == 422
    sent = {"slot": str(full.id), "key": str(uuid4()), "beyond": REASON}
    assert admin.post(address, sent).status_code == 303
    assert OverCapacity.objects.get().reason == REASON
    assert (
        AuditEntry.objects.get(action="card_reservation.over_capacity").details["beyond_capacity"] == REASON
    )
    assert clerk.post(address, {"slot": str(free.id), "key": str(uuid4())}).status_code == 303
    assert not OverCapacity.objects.exists()
    full.refresh_from_db()
    assert (full.booked, full.allowance) == (5, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("KUR-23", "NAN-36")
def test_two_administrators_at_once_are_both_recorded(home: City) -> None:
    now = clock.now()
    with in_city(home):
        open_slots(now=now)
        hall = Place.objects.get(code="main")
        slot = queries.nearest_free(place_id=hall.id, after=now, party_size=5, now=now)[0]
        booking.book(request=request_for(slot.id, *(uuid4() for _ in range(5))), actor=RESIDENT, now=now)

    def beyond(pickup: UUID) -> Callable[[], Any]:
        asked = request_for(slot.id, pickup, channel="phone", beyond=REASON)
        return lambda: booking.book(request=asked, actor=CLERK, now=now)

    assert all_at_once(home, beyond(uuid4()), beyond(uuid4())) == {"done": 2}
    with in_city(home):
        found = Slot.objects.get(pk=slot.id)
        assert (found.booked, found.allowance) == (7, 2)
        assert OverCapacity.objects.count() == 2
        assert reconcile(now=now) == ()
