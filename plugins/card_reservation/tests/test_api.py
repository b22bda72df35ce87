"""Bookings for programs: the same rules as at the desk, with the token's scopes and masks."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from madoguchi.web.api.tests.machines import program, token_for
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import BOOK, VIEW
from plugins.card_reservation.models import Booking
from plugins.card_reservation.tests.stand_ins import People

pytestmark = pytest.mark.django_db

FAMILY = {"reference": "SAM000002", "birthday": "0301"}
FreeSlots = Callable[[int], list[queries.SlotView]]


@pytest.fixture
def desk(hall: Place) -> Client:
    """A program that may book."""
    return program(token_for(VIEW, BOOK).text)


def book(desk: Client, person: dict[str, str], slot: Any, key: Any = None) -> Any:
    sent = {**person, "slot": str(slot.id)}
    headers = {"idempotency-key": str(key or uuid4())}
    return desk.post("/api/v1/bookings/", sent, content_type="application/json", headers=headers)


@pytest.fixture
def person(people: People) -> dict[str, str]:
    """Somebody who calls."""
    people.add("SAM000001", "0229")
    return {"reference": "SAM000001", "birthday": "0229"}


def test_a_program_books_reads_moves_marks_and_cancels(
    desk: Client, person: dict[str, str], free_slots: FreeSlots
) -> None:
    first, second = free_slots(2)
    made = book(desk, person, first)
    assert made.status_code == 201, made.content
    address = f"/api/v1/bookings/{made.json()['id']}/"
    shown = desk.get(address)
    assert shown.json()["status"] == "active"
    assert shown.json()["channel"] == "phone"
    key = {"idempotency-key": str(uuid4())}
    moved = desk.post(
        f"{address}move/", {"slot": str(second.id)}, content_type="application/json", headers=key
    )
    assert moved.status_code == 200
    listed = desk.get(f"/api/v1/bookings/?day={clock.local(second.starts_at).date()}").json()
    assert [row["number"] for row in listed["results"]] == [made.json()["number"]]
    early = desk.put(f"{address}visit/", {"visit": "arrived"}, content_type="application/json")
    assert (early.status_code, early.json()["code"]) == (409, "visit_not_today")
    assert desk.post(f"{address}cancel/").status_code == 200
    assert desk.get(address).json()["status"] == "cancelled"
    assert AuditEntry.objects.filter(actor_kind="machine", action="card_reservation.book").exists()


def test_half_a_sign_is_no_json_that_anybody_means(
    desk: Client, person: dict[str, str], free_slots: FreeSlots
) -> None:
    made = book(desk, person, free_slots(1)[0]).json()
    address = f"/api/v1/bookings/{made['id']}/visit/"
    refused = desk.put(address, r'{"visit": "\ud800"}', content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (400, "parse_error")
    whole = desk.put(address, r'{"visit": "\ud842\udfb7"}', content_type="application/json")
    assert (whole.status_code, whole.json()["code"]) == (400, "invalid")


def test_a_booking_sent_twice_is_made_once(
    desk: Client, person: dict[str, str], free_slots: FreeSlots
) -> None:
    slot, other = free_slots(2)
    key = uuid4()
    first, again = book(desk, person, slot, key), book(desk, person, slot, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Booking.objects.count() == 1
    different = book(desk, person, other, key)
    assert (different.status_code, different.json()["code"]) == (409, "idempotency_key_used")


def test_a_refused_booking_says_why_and_leaves_nothing(
    desk: Client, person: dict[str, str], free_slots: FreeSlots, fill: Callable[[Any], None]
) -> None:
    slot = free_slots(1)[0]
    fill(slot)
    refused = book(desk, person, slot)
    assert refused["Content-Type"] == "application/problem+json"
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_full")
    unknown = book(desk, {**person, "reference": "NOBODY"}, slot)
    assert unknown.json()["code"] == "not_matched"
    missing = desk.post(
        "/api/v1/bookings/", {**person, "slot": str(slot.id)}, content_type="application/json"
    )
    assert (missing.status_code, missing.json()["code"]) == (422, "idempotency_key_missing")
    assert Booking.objects.count() == 0


def test_what_cannot_be_read_is_named_in_japanese(desk: Client) -> None:
    for content, place in ((b'{"a":\n x}', "2行目の2文字目"), (b"\xff", "UTF-8"), (b"[" * 90_000, "入れ子")):
        broken = desk.post("/api/v1/bookings/", content, content_type="application/json")
        assert broken.status_code == 400
        assert place in broken.json()["detail"]
    wrong = {"reference": ["x"], "birthday": "-229", "slot": "x", "family": [FAMILY] * 5}
    headers = {"idempotency-key": str(uuid4())}
    answer = desk.post("/api/v1/bookings/", wrong, content_type="application/json", headers=headers)
    told = answer.json()["errors"]
    assert told.keys() == {"reference", "birthday", "slot", "family"}
    assert [texts for texts in told.values() if any(text.isascii() for text in texts)] == []
    assert "MMDD" in told["birthday"][0]


def test_a_token_that_may_only_look_books_nothing(
    hall: Place, person: dict[str, str], free_slots: FreeSlots
) -> None:
    viewer = program(token_for(VIEW).text)
    refused = book(viewer, person, free_slots(1)[0])
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert Booking.objects.count() == 0
    assert AuditEntry.objects.filter(action="access.denied", actor_kind="machine").exists()


def test_free_times_and_states_of_things(desk: Client, hall: Place, free_slots: FreeSlots) -> None:
    day = clock.local(free_slots(1)[0].starts_at).date()
    address = f"/api/v1/slots/?place={hall.id}&day={day}"
    shown = desk.get(address)
    assert {row["state"] for row in shown.json()["results"]} <= {"free", "few", "full"}
    assert desk.get(address, headers={"if-none-match": shown["ETag"]}).status_code == 304
    assert desk.get("/api/v1/slots/?place=x&day=1").json()["errors"].keys() == {"place", "day"}


def test_a_write_upon_an_older_state_is_refused(
    desk: Client, person: dict[str, str], free_slots: FreeSlots
) -> None:
    made = book(desk, person, free_slots(1)[0]).json()
    address = f"/api/v1/bookings/{made['id']}/"
    refused = desk.post(f"{address}cancel/", headers={"if-match": '"0"'})
    assert (refused.status_code, refused.json()["code"]) == (412, "changed")
    tag = desk.get(address)["ETag"]
    assert desk.post(f"{address}cancel/", headers={"if-match": tag}).status_code == 200
