"""Relatives who come along: added one by one, taken out again, never more than the city allows."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from madoguchi import clock
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.services import booking
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import CLERK, request_for
from plugins.card_reservation.tests.way import HANAKO, confirm, open_link, walk_to_check

pytestmark = pytest.mark.django_db


class TestFamily:
    def test_three_people_are_booked_at_once(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        for number, birthday in (("FAM000002", "0401"), ("FAM000003", "0815")):
            people.add(number, birthday)
        _start(resident, people)
        assert "家族を加える・来る方を変える" not in resident.get("/booking/place/").content.decode()
        for number, month, day in (("FAM000002", "4", "1"), ("FAM000003", "8", "15")):
            sent = {"reference": number, "month": month, "day": day}
            assert resident.post("/booking/family/", sent)["Location"] == "/booking/place/"
        assert "家族を加える・来る方を変える" in resident.get("/booking/place/").content.decode()
        page = walk_to_check(resident, people, hall.id, free_slots(1)[0].id, has_started=True)
        confirm(resident, page)
        assert Booking.objects.get().party_size == 3

    def test_a_relative_may_be_taken_out_again(self, resident: Client, people: People) -> None:
        pickup = people.add("FAM000002", "0401")
        _start(resident, people)
        resident.post("/booking/family/", {"reference": "FAM000002", "month": "4", "day": "1"})
        first = people.known[HANAKO]
        for gone in (pickup, first, "nobody"):
            resident.post("/booking/family/", {"remove": str(gone)})
        page = resident.get("/booking/family/").content.decode()
        assert "FAM000002" not in page
        assert HANAKO[0] in page

    def test_whoever_is_coming_anyway_is_no_relative(self, resident: Client, people: People) -> None:
        _start(resident, people)
        own = {"reference": HANAKO[0], "month": HANAKO[1][:2], "day": HANAKO[1][2:]}
        answer = resident.post("/booking/family/", own)
        assert answer.status_code == 422
        assert "もう予約に入っています" in answer.content.decode()

    def test_a_relative_with_a_booking_is_told_at_once_how_to_come_together(
        self, resident: Client, people: People, free_slots: Any
    ) -> None:
        booked_alone(people.add("FAM000002", "0401"), free_slots(1)[0].id)
        _start(resident, people)
        answer = resident.post("/booking/family/", {"reference": "FAM000002", "month": "4", "day": "1"})
        assert answer.status_code == 422
        assert "もう別の予約があります" in answer.content.decode()

    def test_a_party_learns_who_has_booked_meanwhile_and_goes_on_without(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        relative = people.add("FAM000002", "0401")
        _start(resident, people)
        resident.post("/booking/family/", {"reference": "FAM000002", "month": "4", "day": "1"})
        mine, other = free_slots(2)
        page = walk_to_check(resident, people, hall.id, mine.id, has_started=True)
        booked_alone(relative, other.id)
        refused = confirm(resident, page)
        assert refused.status_code == 409
        told = refused.content.decode()
        assert "FAM000002" in told
        assert HANAKO[0] not in told
        assert "/booking/family/" in told
        resident.post("/booking/family/", {"remove": str(relative)})
        page = walk_to_check(resident, people, hall.id, mine.id, has_started=True)
        assert confirm(resident, page).status_code == 303
        assert set(Booking.objects.values_list("party_size", flat=True)) == {1}

    def test_a_sixth_person_is_refused(self, resident: Client, people: People) -> None:
        _start(resident, people)
        for number in range(2, 8):
            people.add(f"FAM00000{number}", "0401")
            resident.post("/booking/family/", {"reference": f"FAM00000{number}", "month": "4", "day": "1"})
        page = resident.get("/booking/family/").content.decode()
        assert 'name="reference"' not in page
        assert "一度に予約できるのは、5人までです。" in page
        # Whoever may take nobody along any more may still leave somebody out.
        assert "来る方を変える" in resident.get("/booking/place/").content.decode()

    def test_a_slot_with_two_places_left_is_full_for_three(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        slot = free_slots(1)[0]
        found = Slot.objects.get(pk=slot.id)
        Slot.objects.filter(pk=slot.id).update(booked=found.capacity - 2)
        _start(resident, people)
        for number in (2, 3):
            people.add(f"FAM00000{number}", "0401")
            resident.post("/booking/family/", {"reference": f"FAM00000{number}", "month": "4", "day": "1"})
        resident.post("/booking/place/", {"place": str(hall.id)})
        assert resident.post("/booking/time/", {"slot": str(slot.id)}).status_code == 422


def booked_alone(pickup: UUID, slot_id: UUID) -> None:
    """Give somebody a booking of their own."""
    booking.book(request=request_for(slot_id, pickup, channel="phone"), actor=CLERK, now=clock.now())


def _start(browser: Client, people: People) -> None:
    token = open_link(browser, people)
    browser.get(f"/booking/start/{token}/")
    browser.post(f"/booking/start/{token}/", {"agreed": "on"})
