"""Answers to reminders, lists of what to bring and waits: as staff and the privacy desk see them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.hooks.contracts.people import PersonWanted
from madoguchi.residents import services as residents
from plugins.card_reservation.models import Booking, Slot, WaitingEntry, WaitingOffer
from plugins.card_reservation.services import booking as booking_services
from plugins.card_reservation.services import (
    bringing,
    moving,
    reminders,
    replies,
    waiting_list,
    waiting_records,
)
from plugins.card_reservation.services.waiting_list import Waiter, Wish
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(now: Any, db: None) -> Any:
    return residents.contact_for(email="hanako@example.jp", language="ja", now=now)


@pytest.fixture
def visit(free_slots: Any, contact: Any, now: Any) -> Booking:
    """A visit with an address."""
    made = booking_services.book(
        request=request_for(free_slots(1)[0].id, uuid4(), contact_id=contact), actor=RESIDENT, now=now
    )
    return Booking.objects.select_related("slot").get(pk=made.booking_id)


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_a_reminder_has_three_answers_and_the_first_is_one_press_away(
    visit: Booking, resident: Client, now: Any, language: str
) -> None:
    queued = {"starts_at": visit.slot.starts_at.isoformat()}
    told = reminders.fresh(about=visit.pk, queued=queued, language=language, now=now)
    assert told is not None
    path = told["coming_link"].split("localhost", 1)[1].split("/", 1)[1]
    assert resident.get(f"/{path}").status_code == 200
    assert replies.who_comes(booking_ids=[visit.pk]) == frozenset()
    assert resident.post(f"/{path}").status_code == 303
    assert replies.who_comes(booking_ids=[visit.pk]) == {visit.pk}
    for link in ("change_link", "cancel_link"):
        path = told[link].split("localhost", 1)[1].split("/", 1)[1]
        assert resident.get(f"/{path}").status_code == 200
    assert Booking.objects.get().state == "active"
    texts = reminders.REMINDER.body[language]
    assert all(f"{{{name}}}" in texts for name in ("coming_link", "change_link", "cancel_link", "bring"))


def test_an_answer_is_about_the_time_it_was_given_for(visit: Booking, free_slots: Any, now: Any) -> None:
    replies.say_coming(booking_id=visit.pk, actor=RESIDENT, now=now)
    other = free_slots(3)[-1]
    moving.move(booking_id=visit.pk, slot_id=other.id, key=uuid4(), actor=RESIDENT, now=now)
    assert replies.who_comes(booking_ids=[visit.pk]) == frozenset()
    moving.cancel(booking_id=visit.pk, actor=RESIDENT, now=now)
    with pytest.raises(moving.AlreadyCancelled):
        replies.say_coming(booking_id=visit.pk, actor=RESIDENT, now=now)


def test_staff_see_the_answer_and_the_list_beside_the_booking(
    visit: Booking, clerk: Client, now: Any
) -> None:
    page = clerk.get(f"/reservations/{visit.pk}/").content.decode()
    assert "「行きます」と返事がありました" not in page
    replies.say_coming(booking_id=visit.pk, actor=RESIDENT, now=now)
    bringing.keep(booking_id=visit.pk, codes=["notice", "old_card", "x"], actor=RESIDENT, now=now)
    page = clerk.get(f"/reservations/{visit.pk}/").content.decode()
    assert "「行きます」と返事がありました" in page
    assert "いまお持ちのマイナンバーカード" in page
    assert bringing.codes_of(booking_id=visit.pk) == ("notice", "old_card")


def test_the_mail_says_what_this_party_brings_in_its_language(visit: Booking, now: Any) -> None:
    usual = bringing.text_for(booking_id=visit.pk, language="ja")
    assert "交付通知書" in usual
    bringing.keep(booking_id=visit.pk, codes=["two_ids"], actor=RESIDENT, now=now)
    own = bringing.text_for(booking_id=visit.pk, language="ja")
    assert "本人確認書類2点" in own
    assert "通知カード" not in own


def test_a_wait_is_disclosed_erased_and_gives_its_place_back(
    visit: Booking, free_slots: Any, now: Any
) -> None:
    pickup = uuid4()
    other = residents.contact_for(email="taro@example.jp", language="ja", now=now)
    slot = Slot.objects.get(pk=free_slots(60)[-1].id)
    waiting_list.join(
        wish=Wish(place_id=slot.place_id, first_day=slot.day, last_day=slot.day),
        waiter=Waiter(pickups=(pickup,), contact_id=other),
        actor=RESIDENT,
        now=now,
    )
    offer = WaitingOffer.objects.get(state="open")
    assert Slot.objects.get(pk=offer.slot_id).booked == 1
    assert waiting_records.contacts_in_use((other, uuid4())) == {other}
    wanted = PersonWanted(keys=frozenset({f"pickup:{pickup}"}))
    held = waiting_records.held_about(wanted)
    assert [record.label for record in held] == ["キャンセル待ち"]
    erased = waiting_records.erase_held([held[0].key], now=now)
    assert [each.rows for each in erased] == [1]
    assert not WaitingEntry.objects.exists()
    assert Slot.objects.get(pk=offer.slot_id).booked == 0
    assert waiting_records.held_about(wanted) == []


def test_waits_that_are_over_are_erased_by_age_and_those_in_line_are_not(
    visit: Booking, contact: Any, now: Any
) -> None:
    day = visit.slot.day
    for state in ("over", "waiting"):
        WaitingEntry.objects.create(
            place_id=visit.slot.place_id,
            service_id=visit.slot.service_id,
            first_day=day,
            last_day=day,
            party_size=1,
            contact_id=contact,
            state=state,
            joined_at=now,
            changed_at=now,
        )
    before = day + timedelta(days=1)
    assert waiting_records.count_due(before=day, held=frozenset()) == 0
    assert waiting_records.count_due(before=before, held=frozenset()) == 1
    assert waiting_records.erase_due(before=before, held=frozenset(), limit=10) == 1
    assert WaitingEntry.objects.get().state == "waiting"
    waiting_list.go_on(now=now + timedelta(days=200))
    assert WaitingEntry.objects.get().state == "over"
