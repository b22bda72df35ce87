"""Capacities by hand: a week to look at, a day to change, ten minutes to take it back."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, PlaceRules, Slot
from plugins.card_reservation.services.following import follow
from plugins.card_reservation.tests.factories import SlotFactory
from plugins.card_reservation.tests.stand_ins import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    """An administrator's browser."""
    staff = StaffFactory.create(city_admin=True)
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


@pytest.fixture
def day(hall: Place, free_slots: Any) -> str:
    """A day with slots that lie ahead."""
    return clock.local(free_slots(40)[-1].starts_at).date().isoformat()


def slots_of(hall: Place, day: str) -> list[Slot]:
    """List the slots of the day."""
    return list(Slot.objects.filter(place=hall, day=day).order_by("starts_at"))


def typed(slots: list[Slot], **more: str) -> dict[str, Any]:
    """Fill the table in as it stands."""
    sent: dict[str, Any] = {f"capacity-{slot.id}": str(slot.capacity) for slot in slots}
    return sent | {"open": [str(slot.id) for slot in slots if slot.is_open]} | more


def address(hall: Place, day: str) -> str:
    """Where a day is changed."""
    return f"/reservations/slots/day/?day={day}&place={hall.id}"


def test_a_week_shows_counts_and_leads_to_its_days(
    admin: Client, clerk: Client, hall: Place, day: str
) -> None:
    Slot.objects.filter(pk=slots_of(hall, day)[0].id).update(booked=2)
    page = admin.get(f"/reservations/slots/?day={day}&place={hall.id}").content.decode()
    assert re.search(r"2／\d", page)
    assert f"/reservations/slots/day/?day={day}&amp;place={hall.id}" in page
    seen = clerk.get(f"/reservations/slots/?day={day}&place={hall.id}").content.decode()
    assert "/slots/day/" not in seen
    assert clerk.get(address(hall, day)).status_code == 403


def test_one_slot_is_made_smaller_and_one_closed_and_both_come_back(
    admin: Client, hall: Place, day: str
) -> None:
    first, second, *rest = slots_of(hall, day)
    sent = typed([first, second, *rest]) | {f"capacity-{first.id}": "1"}
    sent["open"] = [key for key in sent["open"] if key != str(second.id)]
    assert admin.get(address(hall, day)).status_code == 200
    answer = admin.post(address(hall, day), sent)
    assert answer.status_code == 303
    kept = {slot.id: slot for slot in slots_of(hall, day)}
    assert kept[first.id].capacity == 1
    assert (kept[second.id].is_open, kept[second.id].closed_by_hand) == (False, True)
    assert all(kept[slot.id].is_open and kept[slot.id].capacity == slot.capacity for slot in rest)
    entry = AuditEntry.objects.get(action="card_reservation.slots_changed")
    assert len(entry.details["to"]["slots"]) == 2
    page = admin.get(answer["Location"]).content.decode()
    undo = re.search(r'action="(/undo/[^"]+)"', page)
    assert undo
    admin.post(undo.group(1))
    assert [(slot.capacity, slot.is_open, slot.capacity_by_hand) for slot in slots_of(hall, day)] == [
        (slot.capacity, slot.is_open, False) for slot in (first, second, *rest)
    ]


def test_a_whole_day_at_once(admin: Client, hall: Place, day: str) -> None:
    slots = slots_of(hall, day)
    admin.post(address(hall, day), typed(slots, all="capacity", every="7"))
    assert {slot.capacity for slot in slots_of(hall, day)} == {7}
    admin.post(address(hall, day), typed(slots, all="close", every=""))
    assert {(slot.capacity, slot.is_open) for slot in slots_of(hall, day)} == {(7, False)}


@pytest.mark.parametrize("number", ["", "-1", "501", "x", "1.5", "9" * 5000])
def test_a_capacity_is_a_number(admin: Client, hall: Place, day: str, number: str) -> None:
    slots = slots_of(hall, day)
    sent = typed(slots) | {f"capacity-{slots[0].id}": number}
    answer = admin.post(address(hall, day), sent)
    assert answer.status_code == 422
    assert "0から500まで" in answer.content.decode()
    assert slots_of(hall, day)[0].capacity == slots[0].capacity


def test_a_wrong_capacity_is_marked_in_its_line_and_everything_typed_stays(
    admin: Client, hall: Place, day: str
) -> None:
    first, second, third, *rest = slots_of(hall, day)
    sent = typed([first, second, third, *rest])
    sent |= {f"capacity-{first.id}": "１２", f"capacity-{second.id}": "<b>"}
    sent["open"] = [key for key in sent["open"] if key != str(third.id)]
    page = admin.post(address(hall, day), sent).content.decode()
    assert page.count('aria-invalid="true"') == 1
    assert f'aria-describedby="wrong-{second.id}"' in page
    assert f'name="capacity-{first.id}" value="１２"' in page
    assert f'name="capacity-{second.id}" value="&lt;b&gt;"' in page
    assert f'name="open" value="{first.id}" checked' in page
    assert f'name="open" value="{third.id}">' in page


def test_a_wrong_capacity_for_all_is_marked_at_its_own_field(admin: Client, hall: Place, day: str) -> None:
    slots = slots_of(hall, day)
    sent = typed(slots, all="capacity", every="-3") | {f"capacity-{slots[0].id}": "11"}
    answer = admin.post(address(hall, day), sent)
    page = answer.content.decode()
    assert (answer.status_code, page.count('aria-invalid="true"')) == (422, 1)
    assert 'name="every" value="-3" aria-invalid="true"' in page
    assert f'name="capacity-{slots[0].id}" value="11"' in page
    assert slots_of(hall, day)[0].capacity == slots[0].capacity


def test_nobody_is_pushed_out_of_a_slot(admin: Client, hall: Place, day: str) -> None:
    slots = slots_of(hall, day)
    Slot.objects.filter(pk=slots[0].id).update(booked=3)
    answer = admin.post(address(hall, day), typed(slots) | {f"capacity-{slots[0].id}": "2"})
    assert answer.status_code == 422
    assert "少ない定員にはできません" in answer.content.decode()
    assert slots_of(hall, day)[0].capacity == slots[0].capacity


@pytest.mark.req("KUR-25")
def test_less_than_booked_lists_the_visits_and_asks_what_to_do(
    admin: Client, clerk: Client, people: People, hall: Place, free_slots: Any
) -> None:
    slot = free_slots(1)[0]
    people.add("ABC123456", "0229")
    called = {"reference": "ABC123456", "birthday": "0229", "slot": str(slot.id), "key": str(uuid4())}
    assert clerk.post("/reservations/new/", called).status_code == 303
    number = Booking.objects.get().number
    day = clock.local(slot.starts_at).date().isoformat()
    # Capacity 0 closes a slot for everybody else; the visit asks what shall become of it.
    sent = typed(slots_of(hall, day)) | {f"capacity-{slot.id}": "0"}
    page = admin.post(address(hall, day), sent)
    assert page.status_code == 422
    assert number in page.content.decode()
    assert f"/reservations/{Booking.objects.get().id}/move/" in page.content.decode()
    assert admin.post(address(hall, day), sent | {"keep": "perhaps"}).status_code == 422
    assert admin.post(address(hall, day), sent | {"keep": "yes"}).status_code == 303
    kept = Slot.objects.get(pk=slot.id)
    assert (kept.capacity, kept.booked, kept.allowance) == (0, 1, 1)
    now = clock.now()
    seen = queries.slot(slot_id=slot.id, party_size=1, audience="resident", now=now)
    assert not seen.is_bookable
    # What a person set stays when the rules change; every other slot follows.
    rules = PlaceRules.objects.get(place=hall)
    PlaceRules.objects.filter(pk=rules.pk).update(capacity=9)
    follow(place_ids=(hall.id,), now=now)
    assert Slot.objects.get(pk=slot.id).capacity == 0
    others = Slot.objects.filter(place=hall, starts_at__gt=now).exclude(pk=slot.id)
    assert set(others.values_list("capacity", flat=True)) == {9}


def test_what_was_changed_since_is_not_taken_back(admin: Client, hall: Place, day: str) -> None:
    slots = slots_of(hall, day)
    answer = admin.post(address(hall, day), typed(slots, all="capacity", every="7"))
    page = admin.get(answer["Location"]).content.decode()
    undo = re.search(r'action="(/undo/[^"]+)"', page)
    assert undo
    Slot.objects.filter(pk=slots[0].id).update(capacity=9)
    admin.post(undo.group(1))
    assert slots_of(hall, day)[0].capacity == 9


def test_slots_behind_us_stay_as_they_were(admin: Client, hall: Place) -> None:
    past = SlotFactory.create(place=hall, past=True)
    day = past.day.isoformat()
    admin.post(address(hall, day), {f"capacity-{past.id}": "1"})
    kept = Slot.objects.get(pk=past.id)
    assert (kept.capacity, kept.is_open) == (5, True)
