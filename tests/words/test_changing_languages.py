"""A visitor changes the language in the middle, goes back, opens two tabs, presses twice: one booking."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.notifications.models import Delivery
from madoguchi.residents.queries import language_of
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_letters import hear
from plugins.card_reservation.tests.way import HANAKO, fields, link_in, token_in_mail
from tests.words.walk import ADDRESS, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(people: People) -> Walk:
    people.add(*HANAKO)
    return Walk("ja", people)


def begin(walk: Walk, hall: Any) -> None:
    """go as far as the calendar in Japanese."""
    walk.post("mail", "/booking/", {"reference": HANAKO[0], "month": "2", "day": "29"})
    walk.post("sent", "/booking/mail/", {"email": ADDRESS})
    token = token_in_mail("start")
    walk.get("start", f"/booking/start/{token}/")
    walk.post("time", f"/booking/start/{token}/", {"place": str(hall.id), "agreed": "on"})


def go_to_check(walk: Walk, slot: queries.SlotView) -> str:
    """choose a time and go on to the page with the cautions."""
    return walk.post("check", "/booking/time/", {"slot": str(slot.id)})


def test_every_step_is_the_same_step_in_another_language(
    visitor: Walk, hall: Any, free_slots: Callable[[int], list[Any]]
) -> None:
    begin(visitor, hall)
    slot = free_slots(1)[0]
    visitor.language = "en"
    assert "Step 3" in visitor.get("time", f"/booking/time/?day={slot.starts_at:%Y-%m-%d}&view=list")
    visitor.post("check", "/booking/time/", {"slot": str(slot.id)})
    visitor.language = "ja-easy"
    page = go_to_check(visitor, slot)
    assert fields(page)["slot"] == str(slot.id)
    visitor.language = "ja"
    again = fields(visitor.get("check", "/booking/check/"))
    assert (again["slot"], again["key"]) == (fields(page)["slot"], fields(page)["key"])


def test_the_mails_speak_the_language_of_the_last_page(
    visitor: Walk, hall: Any, free_slots: Callable[[int], list[Any]], now: datetime
) -> None:
    begin(visitor, hall)
    page = go_to_check(visitor, free_slots(1)[0])
    visitor.language = "en"
    visitor.post("done", "/booking/check/", fields(page))
    booked = Booking.objects.get()
    assert booked.contact_id is not None
    assert language_of(booked.contact_id) == "en"
    hear(PickupBooked, now)
    assert "/en/booking/manage/" in link_in(Delivery.objects.get(kind="card_reservation.booked"))


def test_a_page_that_is_over_leads_on_in_the_language_that_was_asked(
    visitor: Walk, hall: Any, free_slots: Callable[[int], list[Any]]
) -> None:
    begin(visitor, hall)
    visitor.post("done", "/booking/check/", fields(go_to_check(visitor, free_slots(1)[0])))
    for language, prefix in (("en", "/en/"), ("ja-easy", "/ja-easy/"), ("ja", "/")):
        visitor.language = language
        answer = visitor.browser.get(f"{visitor.prefix}/booking/time/")
        assert answer["Location"].startswith(f"{prefix}booking/done/")


def test_two_tabs_in_two_languages_make_one_booking_of_the_time_on_the_screen(
    visitor: Walk, hall: Any, free_slots: Callable[[int], list[Any]]
) -> None:
    first, second = free_slots(2)
    begin(visitor, hall)
    shown_first = go_to_check(visitor, first)
    visitor.language = "en"
    go_to_check(visitor, second)
    visitor.language = "ja"
    pressed = [visitor.browser.post("/booking/check/", fields(shown_first)) for _ in range(2)]
    assert [answer.status_code for answer in pressed] == [303, 303]
    late = visitor.browser.post("/en/booking/check/", fields(visitor.screens["check"]))
    assert late.status_code == 303
    assert Booking.objects.get().slot_id == first.id


def test_going_back_and_choosing_again_books_the_last_choice(
    visitor: Walk, hall: Any, free_slots: Callable[[int], list[Any]]
) -> None:
    first, second = free_slots(2)
    begin(visitor, hall)
    go_to_check(visitor, first)
    visitor.get("place", "/booking/place/")
    visitor.post("time", "/booking/place/", {"place": str(hall.id)})
    visitor.post("done", "/booking/check/", fields(go_to_check(visitor, second)))
    assert Booking.objects.get().slot_id == second.id


def test_the_check_of_a_move_keeps_its_address_in_every_language(
    visitor: Walk, hall: Any, free_slots: Callable[[int], list[Any]], now: datetime
) -> None:
    first, *_between, later = free_slots(5)
    begin(visitor, hall)
    visitor.post("done", "/booking/check/", fields(go_to_check(visitor, first)))
    hear(PickupBooked, now)
    manage = f"/booking/manage/{token_in_mail('manage')}/"
    page = visitor.post("move check", f"{manage}move/", {"slot": str(later.id)})
    english = re.search(r'<a href="(/en/booking/manage/[^"]+)" lang="en"', page)
    assert english is not None
    shown = visitor.browser.get(english.group(1)).content.decode()
    assert fields(shown)["slot"] == str(later.id)
    visitor.language = "en"
    visitor.post("moved", f"{manage}move/", fields(shown))
    assert Booking.objects.get().slot_id == later.id


def test_a_filled_form_warns_before_its_words_are_lost(visitor: Walk) -> None:
    page = visitor.get("identify", "/booking/")
    assert "入力の途中でことばを変えると、この画面に入力した内容は消えます。" in page
