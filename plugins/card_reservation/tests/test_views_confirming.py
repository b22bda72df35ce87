"""The last page: what it shows is booked, once, for the people it shows."""

import re
from typing import Any

import pytest
from django.test import Client

from plugins.card_reservation.models import Booking, BookingPerson
from plugins.card_reservation.tests.factories import SlotFactory
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import (
    confirm,
    fields,
    token_in_mail,
    walk_to_check,
)

pytestmark = pytest.mark.django_db


class TestConfirming:
    def test_the_whole_way_ends_with_a_number_that_survives_a_reload(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        slot = free_slots(1)[0]
        page = walk_to_check(resident, people, hall.id, slot.id)
        answer = confirm(resident, page)
        assert answer.status_code == 303
        booking = Booking.objects.get()
        shown = [resident.get(answer["Location"]).content.decode() for _ in range(2)]
        assert all(booking.number in one for one in shown)
        bookmarked = Client(headers={"host": "midori.localhost"}).get(answer["Location"])
        assert booking.number in bookmarked.content.decode()

    def test_a_second_click_and_a_second_tab_give_the_same_number(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        page = walk_to_check(resident, people, hall.id, free_slots(1)[0].id)
        before = resident.cookies["booking"].value
        first = confirm(resident, page)
        again = confirm(resident, page)
        assert again["Location"] == first["Location"]
        resident.cookies["booking"] = before
        late = confirm(resident, page)
        numbers = {
            re.search(r'class="no">([^<]+)<', resident.get(answer["Location"]).content.decode()).group(1)  # type: ignore[union-attr]
            for answer in (first, again, late)
        }
        assert len(numbers) == 1
        assert Booking.objects.count() == 1

    def test_a_full_slot_offers_the_nearest_and_loses_nothing(
        self, resident: Client, people: People, hall: Any, free_slots: Any, fill: Any
    ) -> None:
        wanted, *_ = free_slots(4)
        page = walk_to_check(resident, people, hall.id, wanted.id)
        fill(wanted)
        refused = confirm(resident, page)
        assert refused.status_code == 409
        offered = re.findall(r'name="slot" value="([^"]+)"', refused.content.decode())
        assert offered
        answer = resident.post("/booking/time/", {"slot": offered[0]})
        assert answer["Location"] == "/booking/check/"
        assert confirm(resident, resident.get("/booking/check/").content.decode()).status_code == 303
        assert Booking.objects.get().slot_id.hex == offered[0].replace("-", "")

    def test_a_past_slot_is_refused(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        page = walk_to_check(resident, people, hall.id, free_slots(1)[0].id)
        old = SlotFactory.create(place=hall, past=True)
        sent = fields(page) | {"slot": str(old.id)}
        assert resident.post("/booking/check/", sent).status_code == 409
        assert not Booking.objects.exists()

    def test_nobody_is_booked_twice(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        first, second = free_slots(2)
        confirm(resident, walk_to_check(resident, people, hall.id, first.id))
        other = Client(headers={"host": "midori.localhost"})
        refused = confirm(other, walk_to_check(other, people, hall.id, second.id, email="other@example.jp"))
        assert refused.status_code == 409
        assert "すでに予約があります" in refused.content.decode()
        assert BookingPerson.objects.count() == 1

    def test_a_page_left_open_for_one_person_never_books_another(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        first, second = free_slots(2)
        mine = walk_to_check(resident, people, hall.id, first.id)
        people.add("DEF654321", "0401")
        # The same browser, in another tab: the parent books for a child.
        resident.post("/booking/", {"reference": "DEF654321", "month": "4", "day": "1"})
        resident.post("/booking/mail/", {"email": "child@example.jp"})
        start = f"/booking/start/{token_in_mail('start')}/"
        resident.post(start, {"agreed": "on"})
        child = walk_to_check(resident, people, hall.id, second.id, has_started=True)
        shown = confirm(resident, mine)
        assert shown.status_code == 422
        assert "画面の内容が新しくなりました" in shown.content.decode()
        assert not Booking.objects.exists()
        assert confirm(resident, child).status_code == 303
        assert Booking.objects.get().slot_id == second.id

    def test_a_form_without_its_key_is_shown_again(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        walk_to_check(resident, people, hall.id, free_slots(1)[0].id)
        assert resident.post("/booking/check/", {"slot": "x"}).status_code == 422
        assert not Booking.objects.exists()

    def test_a_forged_cookie_is_no_cookie(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        page = walk_to_check(resident, people, hall.id, free_slots(1)[0].id)
        resident.cookies["booking"] = resident.cookies["booking"].value[:-3] + "xxx"
        assert confirm(resident, page).status_code == 410

    def test_the_form_needs_its_csrf_token(self, people: People) -> None:
        strict = Client(enforce_csrf_checks=True, headers={"host": "midori.localhost"})
        assert strict.post("/booking/", {"reference": "A", "month": "1", "day": "1"}).status_code == 403
