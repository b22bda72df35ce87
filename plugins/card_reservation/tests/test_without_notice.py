"""People without a notice: booked with a name to call back, linked to their cards later, never twice."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.places.models import Place
from madoguchi.testing.factories import StaffFactory, sign_in
from plugins.card_reservation.models import Booking, BookingPerson, Slot, WithoutNotice
from plugins.card_reservation.services import booking
from plugins.card_reservation.services.slots import reconcile
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for

pytestmark = pytest.mark.django_db
NEW = "/reservations/new/?way=without"


def call(wanted: Any, **changes: str) -> dict[str, str]:
    sent = {"name": "架空 太郎", "phone": "03-0000-0000", "party_size": "1", "slot": str(wanted.id)}
    return sent | {"key": str(uuid4()), "email": "", **changes}


def made(clerk: Client, slot: Any, **changes: str) -> Booking:
    before = set(Booking.objects.values_list("pk", flat=True))
    assert clerk.post(NEW, call(slot, **changes)).status_code == 303
    found: Booking = Booking.objects.exclude(pk__in=before).get()
    return found


def link_of(found: Booking) -> str:
    return f"/reservations/{found.pk}/link/{WithoutNotice.objects.get(booking=found).pickup}/"


def test_somebody_without_a_notice_is_booked_and_found_by_who_called(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    slot = free_slots(1)[0]
    page = clerk.get(f"{NEW}&place={hall.id}").content.decode()
    assert 'name="reference"' not in page
    found = made(clerk, slot, party_size="2")
    assert found.party_size == 2
    assert WithoutNotice.objects.filter(booking=found).count() == 2
    shown = clerk.get(f"/reservations/{found.pk}/").content.decode()
    assert "架空 太郎" in shown
    assert "交付通知書と結び付ける" in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "\u200b"},
        {"phone": ""},
        {"phone": "12"},
        {"phone": "----------"},
        {"party_size": "6"},
        {"slot": ""},
    ],
)
def test_what_is_missing_is_said(
    clerk: Client, people: People, hall: Any, free_slots: Any, wrong: dict[str, str]
) -> None:
    answer = clerk.post(NEW, call(free_slots(1)[0], **wrong))
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.content.decode()
    assert not Booking.objects.exists()


def test_a_telephone_number_typed_with_the_input_method_on_is_taken(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    found = made(clerk, free_slots(1)[0], phone="０３ー００００ー１２３４")
    assert "03-0000-1234" in clerk.get(f"/reservations/{found.pk}/").content.decode()


def test_a_second_click_books_once(clerk: Client, people: People, hall: Any, free_slots: Any) -> None:
    sent = call(free_slots(1)[0])
    assert {clerk.post(NEW, sent)["Location"] for _ in range(2)} == {clerk.post(NEW, sent)["Location"]}
    assert Booking.objects.count() == 1


def test_the_card_is_linked_when_the_notice_comes(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    found = made(clerk, free_slots(1)[0])
    pickup = people.add("ABC123456", "0229")
    address = link_of(found)
    assert clerk.post(address, {"reference": "NOBODY", "birthday": "0229"}).status_code == 422
    assert clerk.post(address, {"reference": "ABC123456", "birthday": "0230"}).status_code == 422
    assert clerk.post(address, {"reference": "abc-123456", "birthday": "2/29"}).status_code == 303
    assert BookingPerson.objects.get(booking=found).pickup == pickup
    assert not WithoutNotice.objects.exists()
    assert AuditEntry.objects.filter(action="card_reservation.link_notice").count() == 1
    assert OutboxEvent.objects.filter(kind="card_reservation.pickup_linked").count() == 1
    again = clerk.post(address, {"reference": "ABC123456", "birthday": "0229"})
    assert again.status_code == 422
    assert "すでに交付通知書と結び付いています" in again.content.decode()


@pytest.mark.req("NAN-29")
@pytest.mark.parametrize("keep", ["this", "other"])
def test_a_link_that_would_double_asks_which_booking_stays(
    clerk: Client, people: People, hall: Any, free_slots: Any, now: datetime, keep: str
) -> None:
    first, second = free_slots(2)
    found = made(clerk, first)
    pickup = people.add("ABC123456", "0229")
    own = booking.book(request=request_for(second.id, pickup), actor=RESIDENT, now=now)
    address = link_of(found)
    identity = {"reference": "ABC123456", "birthday": "0229"}
    asked = clerk.post(address, identity)
    text = asked.content.decode()
    assert asked.status_code == 200
    for shown in ("どちらの予約を残しますか", found.number, own.number):
        assert shown in text
    assert WithoutNotice.objects.exists()
    merged = clerk.post(address, identity | {"keep": keep})
    kept = found.pk if keep == "this" else own.booking_id
    assert merged["Location"] == f"/reservations/{kept}/?done=merged"
    assert list(BookingPerson.objects.filter(active=True).values_list("booking_id", "pickup")) == [
        (kept, pickup)
    ]
    assert Booking.objects.get(state="active").pk == kept
    assert not WithoutNotice.objects.filter(booking__state="active").exists()
    assert sum(Slot.objects.values_list("booked", flat=True)) == 1
    assert reconcile(now=now) == ()
    assert AuditEntry.objects.filter(action="card_reservation.merge").count() == 1


@pytest.mark.parametrize("has_another", [True, False])
def test_a_choice_that_the_page_does_not_offer_links_nothing(
    clerk: Client, people: People, hall: Any, free_slots: Any, now: datetime, has_another: bool
) -> None:
    first, second = free_slots(2)
    found = made(clerk, first)
    pickup = people.add("ABC123456", "0229")
    if has_another:
        booking.book(request=request_for(second.id, pickup), actor=RESIDENT, now=now)
    before = list(BookingPerson.objects.values_list("booking_id", "pickup", "active"))
    for keep in ("both", "THIS", "0"):
        sent = {"reference": "ABC123456", "birthday": "0229", "keep": keep}
        answer = clerk.post(link_of(found), sent)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "残す予約を選びなおしてください" in page
        assert ("どちらの予約を残しますか" in page) == has_another
    assert list(BookingPerson.objects.values_list("booking_id", "pickup", "active")) == before
    assert WithoutNotice.objects.filter(booking=found).exists()
    assert not AuditEntry.objects.filter(action="card_reservation.merge").exists()


def test_one_of_a_family_leaves_the_other_booking_and_the_rest_stays(
    clerk: Client, people: People, hall: Any, free_slots: Any, now: datetime
) -> None:
    first, second = free_slots(2)
    found = made(clerk, first)
    mother, child = people.add("ABC123456", "0229"), people.add("DEF123456", "0301")
    family = booking.book(request=request_for(second.id, mother, child), actor=RESIDENT, now=now)
    identity = {"reference": "ABC123456", "birthday": "0229", "keep": "this"}
    assert clerk.post(link_of(found), identity).status_code == 303
    assert Booking.objects.get(pk=family.booking_id).party_size == 1
    assert BookingPerson.objects.get(booking=found, active=True).pickup == mother
    assert reconcile(now=now) == ()


def test_a_relative_joins_and_stays_at_home_by_phone(
    clerk: Client, people: People, hall: Any, free_slots: Any, now: datetime
) -> None:
    mother, child = people.add("ABC123456", "0229"), people.add("DEF123456", "0301")
    own = booking.book(request=request_for(free_slots(1)[0].id, mother), actor=RESIDENT, now=now)
    address = f"/reservations/{own.booking_id}/party/"
    assert clerk.post(address, {"reference": "DEF123456", "birthday": ""}).status_code == 422
    assert clerk.post(address, {"leave": str(mother)}).status_code == 422
    assert clerk.post(address, {"leave": "nonsense"}).status_code == 422
    assert clerk.post(address, {"reference": "DEF123456", "birthday": "0301"}).status_code == 303
    assert Booking.objects.get().party_size == 2
    assert clerk.post(address, {"leave": str(child)}).status_code == 303
    assert Booking.objects.get().party_size == 1
    assert reconcile(now=now) == ()


def test_a_city_that_keeps_no_names_has_no_field_for_one(
    clerk: Client, keeping: Callable[[str], None], people: People, hall: Any, free_slots: Any, fill: Any
) -> None:
    keeping("none")
    page = clerk.get(f"{NEW}&place={hall.id}").content.decode()
    assert not {name for name in ("name", "phone", "email") if f'name="{name}"' in page}
    slot = free_slots(1)[0]
    assert clerk.post(NEW, {"party_size": "1", "slot": str(slot.id), "key": str(uuid4())}).status_code == 303
    assert WithoutNotice.objects.count() == 1
    shown = clerk.get(f"/reservations/{Booking.objects.get().pk}/").content.decode()
    assert "交付通知書と結び付ける" in shown
    staff = StaffFactory.create(city_admin=True)
    admin = sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)
    fill(slot)
    sent = {"party_size": "1", "slot": str(slot.id), "key": str(uuid4())}
    assert admin.post(NEW, sent | {"beyond": "架空 太郎さんのため"}).status_code == 422
    assert admin.post(NEW, sent | {"beyond": "責任者の指示"}).status_code == 303


@pytest.mark.parametrize("keep", ["this", "other"])
def test_a_booking_of_another_place_is_merged_by_nobody_here(
    people: People, hall: Any, free_slots: Any, now: datetime, keep: str
) -> None:
    staff = StaffFactory.create(roles=["counter_clerk"], place_ids=[hall.id])
    here = sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)
    first, second = free_slots(2)
    found = made(here, first)
    pickup = people.add("ABC123456", "0229")
    own = booking.book(request=request_for(second.id, pickup), actor=RESIDENT, now=now)
    Slot.objects.filter(pk=second.id).update(place=Place.objects.create(code="branch", name="支所"))
    sent = {"reference": "ABC123456", "birthday": "0229", "keep": keep}
    answer = here.post(link_of(found), sent)
    assert (answer.status_code, own.number in answer.content.decode()) == (422, False)
    assert set(Booking.objects.values_list("state", flat=True)) == {"active"}
    assert WithoutNotice.objects.filter(booking=found).exists()
