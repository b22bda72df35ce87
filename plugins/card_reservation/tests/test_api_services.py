"""Services for programs of the call centre: each named, each with its own people and times."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.places.models import Place
from madoguchi.web.api.tests.machines import program, token_for
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import BOOK, VIEW
from plugins.card_reservation.models import (
    Booking,
    Caller,
    PlaceRules,
    Service,
    Slot,
    VerificationFailure,
    WithoutNotice,
)
from plugins.card_reservation.tests.test_kiosk import FreeSlots, Person, hanako, send
from plugins.card_reservation.tests.test_kiosk_services import renewal, said, sunday

__all__ = ["hanako", "renewal", "sunday"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(hall: Place) -> Client:
    """A program that may book."""
    return program(token_for(VIEW, BOOK).text)


def times(desk: Client, hall: Place, service: str) -> list[str]:
    now = clock.now()
    found = queries.service_with_code(service or "pickup")
    assert found is not None
    asking = queries.Asking("staff", found.id)
    near = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now, audience=asking)
    asked: dict[str, Any] = {
        "place": hall.id,
        "day": clock.local(near[-1].starts_at).date(),
        "service": service,
    }
    answer = desk.get("/api/v1/slots/", asked)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def call(slot: str, **changed: Any) -> dict[str, Any]:
    return {
        "slot": slot,
        "service": "renewal",
        "party_size": 2,
        "name": "架空 太郎",
        "phone": "０３ー００００ー１２３４",
        **changed,
    }


def test_services_are_listed_with_what_to_bring(desk: Client, sunday: Service, renewal: Service) -> None:
    Service.objects.filter(pk=sunday.pk).update(for_residents=False)
    rows = desk.get("/api/v1/services/").json()["results"]
    assert [(row["code"], row["asks_for_notice"]) for row in rows] == [
        ("pickup", True),
        ("sunday", True),
        ("renewal", False),
    ]
    assert rows[1]["what_to_bring"] == ["通知書", "印かん"]
    assert not {"capacity", "booked"} & rows[0].keys()


def test_times_and_bookings_are_of_the_service_that_is_named(
    desk: Client, hanako: Person, hall: Place, sunday: Service
) -> None:
    found = times(desk, hall, "sunday")
    assert set(Slot.objects.filter(pk__in=found).values_list("service_id", flat=True)) == {sunday.id}
    wanted = {**hanako, "slot": found[-1]}
    assert said(send(desk, "bookings/", wanted)) == (409, "slot_closed")
    made = send(desk, "bookings/", {**wanted, "service": "sunday"})
    assert made.status_code == 201, made.content
    assert desk.get(f"/api/v1/bookings/{made.json()['id']}/").json()["service"] == "sunday"
    cancelled = f"bookings/{made.json()['id']}/cancel/"
    assert send(desk, cancelled, {}).status_code == 200
    heard = OutboxEvent.objects.filter(kind__startswith="card_reservation.pickup_")
    assert [event.payload["service"] for event in heard] == ["sunday", "sunday"]
    usual = times(desk, hall, "")
    assert usual
    assert not set(usual) & set(found)


def test_a_caller_without_a_notice_is_booked_once_and_can_be_called_back(
    desk: Client, hall: Place, renewal: Service
) -> None:
    slot, key = times(desk, hall, "renewal")[-1], uuid4()
    made = [send(desk, "bookings/without-notice/", call(slot), key=key) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201], made[0].content
    booked = Booking.objects.get()
    assert (booked.party_size, booked.channel, booked.slot.service_id) == (2, "phone", renewal.id)
    assert Caller.objects.filter(booking=booked).exists()
    assert not WithoutNotice.objects.exists(), "no card to link for a service without a notice"
    assert AuditEntry.objects.filter(action="card_reservation.note_caller", actor_kind="machine").exists()
    shown = desk.get(f"/api/v1/bookings/{booked.pk}/").json()
    assert (shown["service"], shown["party_size"]) == ("renewal", 2)


def test_a_pick_up_without_a_notice_waits_for_its_card(
    desk: Client, hall: Place, free_slots: FreeSlots
) -> None:
    made = send(desk, "bookings/without-notice/", call(str(free_slots(1)[0].id), service=""))
    assert made.status_code == 201, made.content
    assert WithoutNotice.objects.count() == 2


def test_nobody_is_looked_for_where_a_service_asks_for_no_notice(
    desk: Client, hanako: Person, hall: Place, renewal: Service
) -> None:
    slot = times(desk, hall, "renewal")[-1]
    wrong = {**hanako, "birthday": "0101", "slot": slot, "service": "renewal"}
    assert said(send(desk, "bookings/", wrong)) == (409, "service_without_notice")
    assert not VerificationFailure.objects.exists()
    assert not Booking.objects.exists()


@pytest.mark.parametrize("why", ["unknown", "off", "residents alone"])
def test_a_service_that_is_not_for_staff_has_one_answer(
    desk: Client, hanako: Person, hall: Place, renewal: Service, why: str
) -> None:
    slot = times(desk, hall, "renewal")[-1]
    changed = {"off": {"is_offered": False}, "residents alone": {"for_staff": False}}.get(why, {})
    Service.objects.filter(pk=renewal.pk).update(**{"order": 6, **changed})
    code = "nothing" if why == "unknown" else "renewal"
    asked: dict[str, Any] = {"place": hall.id, "day": clock.today(), "service": code}
    answers = [
        desk.get("/api/v1/slots/", asked),
        send(desk, "bookings/", {**hanako, "slot": slot, "service": code}),
        send(desk, "bookings/without-notice/", call(slot, service=code)),
    ]
    assert {said(answer) for answer in answers} == {(404, "service_not_offered")}
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"phone": "----------"}, "phone"),
        ({"party_size": 6}, "party_size"),
        ({"party_size": 0}, "party_size"),
        ({"slot": "x"}, "slot"),
        ({"service": "a b"}, "service"),
        ({"email": "nowhere"}, "email"),
    ],
)
def test_what_is_missing_or_wrong_is_said_by_field(
    desk: Client, hall: Place, renewal: Service, wrong: dict[str, Any], field: str
) -> None:
    refused = send(desk, "bookings/without-notice/", {**call(str(uuid4())), **wrong})
    assert refused.status_code == 400, refused.content
    assert refused.json()["errors"].keys() == {field}
    assert not refused.json()["errors"][field][0].isascii()


def test_a_party_is_as_large_as_the_service_lets_it(desk: Client, hall: Place, renewal: Service) -> None:
    PlaceRules.objects.filter(service=renewal).update(max_party=1)
    slot = times(desk, hall, "renewal")[-1]
    assert said(send(desk, "bookings/without-notice/", call(slot))) == (422, "party_too_large")


def test_a_city_without_names_keeps_nobody_who_called(
    desk: Client, hall: Place, renewal: Service, keeping: Callable[[str], None]
) -> None:
    slot = times(desk, hall, "renewal")[-1]
    keeping("none")
    plain = {"slot": slot, "service": "renewal"}
    assert send(desk, "bookings/without-notice/", call(slot)).status_code == 201
    assert send(desk, "bookings/without-notice/", plain).status_code == 201
    assert not Caller.objects.exists()


def test_other_tokens_and_other_places_book_nobody(hall: Place, renewal: Service, desk: Client) -> None:
    slot = times(desk, hall, "renewal")[-1]
    branch = Place.objects.create(code="branch", name="支所")
    viewer = program(token_for(VIEW).text)
    there = program(token_for(VIEW, BOOK, places=[branch.id]).text)
    assert said(send(viewer, "bookings/without-notice/", call(slot)))[0] == 403
    assert said(send(there, "bookings/without-notice/", call(slot))) == (404, "slot_not_found")
    assert not Booking.objects.exists()
