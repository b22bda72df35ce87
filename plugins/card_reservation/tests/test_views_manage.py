"""A booking seen, moved and cancelled by the link of the confirmation mail."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.places.models import Place
from madoguchi.residents.models import Consent
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.queries.bookings import last_change_at
from plugins.card_reservation.services.links import new_manage_token
from plugins.card_reservation.services.waiting_letters import moment_of
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import confirm, fields, walk_to_check

pytestmark = pytest.mark.django_db


@pytest.fixture
def slots(free_slots: Any) -> Any:
    """Four free slots, the first of them booked by the fixture below."""
    return free_slots(4)


@pytest.fixture
def token(resident: Client, people: People, hall: Any, slots: Any, now: Any) -> str:
    """The manage link of a fresh booking."""
    confirm(resident, walk_to_check(resident, people, hall.id, slots[0].id))
    booking = Booking.objects.get()
    assert booking.contact_id
    return new_manage_token(
        booking_id=booking.id, contact_id=booking.contact_id, until=slots[0].ends_at, now=now
    )


def test_the_link_shows_the_booking_and_what_can_be_done(resident: Client, token: str, now: datetime) -> None:
    page = resident.get(f"/booking/manage/{token}/").content.decode()
    made = Booking.objects.get()
    assert made.number in page
    assert f"{moment_of(last_change_at(made, now=now), 'ja')} まで" in page
    assert f"/booking/manage/{token}/move/" in page
    assert f"/booking/manage/{token}/cancel/" in page


def test_whoever_never_agreed_is_not_told_that_the_terms_are_new(resident: Client, token: str) -> None:
    address = f"/booking/manage/{token}/"
    assert "規約などが" not in resident.get(address).content.decode()
    Consent.objects.filter(document="terms").update(version=0)
    assert "規約などが新しくなりました" in resident.get(address).content.decode()
    Consent.objects.all().delete()
    page = resident.get(address).content.decode()
    assert "規約などをお読みください" in page
    assert "新しくなりました" not in page


def test_a_move_is_checked_first_and_a_second_click_moves_once(
    resident: Client, token: str, slots: Any
) -> None:
    page = resident.post(f"/booking/manage/{token}/move/", {"slot": str(slots[1].id)}, follow=True)
    assert Booking.objects.get().slot_id == slots[0].id
    sent = fields(page.content.decode())
    answers = [resident.post(f"/booking/manage/{token}/move/", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Booking.objects.get().slot_id == slots[1].id
    assert Slot.objects.get(pk=slots[0].id).booked == 0
    assert Slot.objects.get(pk=slots[1].id).booked == 1
    assert "予約を変更しました" in resident.get(answers[0]["Location"]).content.decode()


def test_the_times_say_of_which_place_they_are_and_other_places_are_one_press_away(
    resident: Client, token: str, hall: Place
) -> None:
    address = f"/booking/manage/{token}/move/"
    page = resident.get(address).content.decode()
    # A list to choose from beside a button of its own left the old place's times on the page.
    assert "<select" not in page
    assert f"<b>{hall.name}</b>" in page
    (other, *_more) = re.findall(r'<li><a href="(\?place=[^"]+)">([^<]+)</a>', page)
    moved = resident.get(address + other[0]).content.decode()
    assert f"<b>{other[1]}</b>" in moved
    assert f"<p>{hall.name}</p>" in moved, "the visit as it stands names its place"


@pytest.mark.req("KUR-57")
def test_a_slot_that_filled_up_meanwhile_leaves_the_old_booking_untouched(
    resident: Client, token: str, slots: Any, fill: Any
) -> None:
    page = resident.post(f"/booking/manage/{token}/move/", {"slot": str(slots[1].id)}, follow=True)
    fill(slots[1])
    refused = resident.post(f"/booking/manage/{token}/move/", fields(page.content.decode()))
    assert refused.status_code == 409
    assert "いまの予約は、そのまま残っています" in refused.content.decode()
    assert Booking.objects.get().slot_id == slots[0].id
    assert Slot.objects.get(pk=slots[0].id).booked == 1
    offered = re.findall(r'name="slot" value="([^"]+)"', refused.content.decode())
    page = resident.post(f"/booking/manage/{token}/move/", {"slot": offered[-1]}, follow=True)
    assert resident.post(f"/booking/manage/{token}/move/", fields(page.content.decode())).status_code == 303
    assert str(Booking.objects.get().slot_id) == offered[-1]


def test_a_cancelled_booking_gives_its_place_back_and_stays_cancelled(
    resident: Client, token: str, slots: Any
) -> None:
    assert "取り消しますか" in resident.get(f"/booking/manage/{token}/cancel/").content.decode()
    for _ in range(2):
        answer = resident.post(f"/booking/manage/{token}/cancel/")
        assert answer.status_code == 303
    assert Slot.objects.get(pk=slots[0].id).booked == 0
    page = resident.get(answer["Location"]).content.decode()
    assert "予約を取り消しました" in page
    assert "/move/" not in page
    assert resident.get(f"/booking/manage/{token}/move/")["Location"] == f"/booking/manage/{token}/"


def test_after_the_cut_off_only_the_telephone_is_left(
    resident: Client, token: str, slots: Any, now: Any
) -> None:
    Slot.objects.filter(pk=slots[0].id).update(
        starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=25)
    )
    for step in ("move", "cancel"):
        page = resident.get(f"/booking/manage/{token}/{step}/")
        assert page.status_code == 409
        assert "tel:00000000001" in page.content.decode()
    assert resident.post(f"/booking/manage/{token}/cancel/").status_code == 409
    assert Booking.objects.get().state == "active"


def test_a_move_to_nowhere_asks_again(resident: Client, token: str) -> None:
    for sent in ({}, {"slot": "x"}, {"slot": str(uuid4())}):
        assert resident.post(f"/booking/manage/{token}/move/", sent).status_code == 422


def test_the_visit_comes_as_a_calendar_file_without_a_name(resident: Client, token: str) -> None:
    answer = resident.get(f"/booking/manage/{token}/calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in answer.content.decode()
    assert "花子" not in answer.content.decode()


def test_the_file_of_a_cancelled_visit_strikes_it_out_of_the_calendar(resident: Client, token: str) -> None:
    resident.post(f"/booking/manage/{token}/cancel/")
    answer = resident.get(f"/booking/manage/{token}/calendar.ics")
    assert answer["Content-Type"].endswith("method=CANCEL")
    assert "METHOD:CANCEL\r\n" in answer.content.decode()
    assert "STATUS:CANCELLED\r\n" in answer.content.decode()


def test_the_link_of_one_city_opens_nothing_in_another(token: str) -> None:
    stranger = Client(headers={"host": "kasumi.localhost"})
    assert stranger.get(f"/booking/manage/{token}/").status_code == 404
