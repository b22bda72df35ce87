"""A change of hours on the pages of places: free slots follow, booked ones stay, staff are asked first."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.places.models import Place
from plugins.card_reservation.models import Booking, PlaceRules, Slot
from plugins.card_reservation.tests.stand_ins import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    """An administrator's browser."""
    staff = StaffFactory.create(city_admin=True)
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


def office_week(opens: str = "09:00", closes: str = "17:00") -> dict[str, str]:
    """Type the same hours for five days."""
    return {f"d{day}_opens": opens for day in range(5)} | {f"d{day}_closes": closes for day in range(5)}


def book(clerk: Client, people: People, slot: Any) -> Booking:
    """Book a slot by telephone."""
    people.add("ABC123456", "0229")
    sent = {
        "reference": "ABC123456",
        "birthday": "0229",
        "slot": str(slot.id),
        "email": "",
        "key": str(uuid4()),
    }
    assert clerk.post("/reservations/new/", sent).status_code == 303
    return Booking.objects.get()


def open_starts(place: Place) -> set[str]:
    """List the times of day of the open slots that are still to come."""
    ahead = Slot.objects.filter(place=place, is_open=True, starts_at__gt=clock.now())
    return {f"{clock.local(slot.starts_at):%H:%M}" for slot in ahead}


def test_a_new_place_takes_bookings_at_once_and_residents_see_it_when_shown(
    admin: Client, hall: Place, resident: Client
) -> None:
    admin.post("/places/add/", {"name": "東市民センター"})
    place = Place.objects.get(name="東市民センター")
    assert Slot.objects.filter(place=place).exists()
    assert PlaceRules.objects.get(place=place).capacity == PlaceRules.objects.get(place=hall).capacity
    assert admin.post(f"/places/{place.id}/visibility/").status_code == 303
    assert Place.objects.get(pk=place.pk).is_public


def test_longer_hours_open_slots_without_a_question(admin: Client, hall: Place) -> None:
    before = Slot.objects.filter(place=hall).count()
    answer = admin.post(f"/places/{hall.id}/hours/", office_week("08:00", "19:00") | {"confirmed": "yes"})
    assert answer.status_code == 303
    assert Slot.objects.filter(place=hall).count() > before
    assert "18:30" in open_starts(hall)


def test_shorter_hours_ask_first_and_leave_booked_visits_alone(
    admin: Client, clerk: Client, people: People, hall: Place, free_slots: Any
) -> None:
    slot = free_slots(1)[0]
    booking = book(clerk, people, slot)
    after = (clock.local(slot.starts_at) + timedelta(hours=2)).strftime("%H:00")
    sent = office_week(after, "20:00")
    page = admin.post(f"/places/{hall.id}/hours/", sent)
    assert page.status_code == 200
    shown = page.content.decode()
    assert booking.number in shown
    assert f"/reservations/{booking.id}/" in shown
    assert "まだ保存されていません" in shown
    assert "予約が 1 件残ります" in shown
    assert Slot.objects.get(pk=slot.id).is_open
    assert admin.post(f"/places/{hall.id}/hours/", sent | {"confirmed": "yes"}).status_code == 303
    kept = Slot.objects.get(pk=slot.id)
    assert (kept.is_open, kept.booked) == (False, 1)
    assert Booking.objects.get().state == "active"
    assert min(open_starts(hall)) >= after
    assert clerk.get(f"/reservations/{booking.id}/").status_code == 200


def test_a_closed_day_and_its_return(admin: Client, hall: Place, free_slots: Any) -> None:
    day = clock.local(free_slots(1)[0].starts_at).date().isoformat()
    sent = {"first": day, "kind": "closed", "name": "臨時閉庁"}
    assert "空いている予約枠が" in admin.post("/places/days/mark/", sent).content.decode()
    admin.post("/places/days/mark/", sent | {"confirmed": "yes"})
    assert not Slot.objects.filter(place=hall, day=day, is_open=True).exists()
    marked = hall.calendar.model.objects.get(name="臨時閉庁")
    assert admin.post(f"/places/days/{marked.id}/remove/").status_code == 303
    assert Slot.objects.filter(place=hall, day=day, is_open=True).exists()


def test_what_a_person_closed_stays_closed(admin: Client, hall: Place, free_slots: Any) -> None:
    slot = free_slots(1)[0]
    Slot.objects.filter(pk=slot.id).update(is_open=False, closed_by_hand=True)
    admin.post(f"/places/{hall.id}/hours/", office_week("08:00", "19:00") | {"confirmed": "yes"})
    assert not Slot.objects.get(pk=slot.id).is_open


def test_hiding_a_place_shows_every_visit_there_and_deletes_none(
    admin: Client, clerk: Client, people: People, hall: Place, free_slots: Any, resident: Client
) -> None:
    booking = book(clerk, people, free_slots(1)[0])
    page = admin.post(f"/places/{hall.id}/visibility/").content.decode()
    assert booking.number in page
    assert Place.objects.get(pk=hall.pk).is_public
    assert admin.post(f"/places/{hall.id}/visibility/", {"confirmed": "yes"}).status_code == 303
    assert not Place.objects.get(pk=hall.pk).is_public
    assert Booking.objects.get().state == "active"
    assert Slot.objects.get(pk=booking.slot_id).is_open
