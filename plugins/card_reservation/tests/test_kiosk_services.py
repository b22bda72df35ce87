"""Services at terminals: each by its own rules, its own people, and no word more than before."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from madoguchi.web.api.tests.machines import program, token_for
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import SERVE_AT_KIOSK
from plugins.card_reservation.models import (
    PICKUP_ID,
    Booking,
    PlaceRules,
    Service,
    ServiceTerms,
    Slot,
    VerificationFailure,
)
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.test_kiosk import FreeSlots, Person, hanako, kiosk, send, taro, wish

__all__ = ["hanako", "kiosk", "taro"]

pytestmark = pytest.mark.django_db


def offer_sunday(hall: Place, **rules: Any) -> Service:
    """Let the hall hand cards over on Sundays: a service that asks for the notice, with rules of its own."""
    made = Service.objects.create(
        code="sunday",
        name="休日の受け取り",
        name_en="Pick-up on Sundays",
        name_easy="休みの日に もらう",
        summary="平日に来られない方。",
        summary_en="For those who cannot come on weekdays.",
        duration_minutes=15,
        identity="notice",
        order=5,
    )
    wanted = {"capacity": 2, "unit_minutes": 15, "earliest_open_days_residents": 1, "max_party": 2, **rules}
    PlaceRules.objects.create(place=hall, service=made, **wanted)
    ServiceTerms.objects.create(
        service=made,
        version="2026-11-1",
        items=[{"code": "c1", "title": {"ja": "東口から", "en": "East door"}, "text": {"ja": "東口です。"}}],
        documents={"ja": ["通知書", "印かん"], "en": ["Notice", "Seal"]},
        created_at=clock.now(),
    )
    open_slots(now=clock.now())
    return made


@pytest.fixture
def sunday(hall: Place) -> Service:
    """A second service for terminals."""
    return offer_sunday(hall)


@pytest.fixture
def renewal(hall: Place) -> Service:
    """A service that knows its people by an address alone."""
    made = Service.objects.create(code="renewal", name="電子証明書の更新", identity="none", order=6)
    PlaceRules.objects.create(place=hall, service=made, earliest_open_days_residents=1)
    open_slots(now=clock.now())
    return made


def free(hall: Place, service: Service, *, limit: int = 1) -> list[queries.SlotView]:
    now = clock.now()
    asking = queries.Asking("resident", service.id)
    return queries.nearest_free(
        place_id=hall.id, after=now, party_size=1, limit=limit, now=now, audience=asking
    )


def read(kiosk: Client, path: str, **asked: Any) -> Any:
    return kiosk.get(f"/api/v1/kiosk/{path}/", asked)


def wish_for(kiosk: Client, service: str, slot: Any, *people: Person, **changed: Any) -> dict[str, Any]:
    terms = read(kiosk, "terms", service=service).json()
    ticked = {
        "service": service,
        "cautions": [item["code"] for item in terms["cautions"]],
        "cautions_version": terms["version"],
    }
    return wish(kiosk, slot, *people, **ticked, **changed)


def book(kiosk: Client, service: str, slot: Any, *people: Person, **changed: Any) -> Any:
    return send(kiosk, "kiosk/bookings/", wish_for(kiosk, service, slot, *people, **changed))


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_services_come_in_the_language_of_the_screen(
    kiosk: Client, sunday: Service, renewal: Service
) -> None:
    Service.objects.create(code="nowhere", name="空")
    listed = {
        language: read(kiosk, "services", language=language).json()["results"]
        for language in ("ja", "en", "ja-easy")
    }
    assert [row["code"] for row in listed["ja"]] == ["pickup", "sunday", "renewal"]
    assert {listed[language][1]["name"] for language in listed} == {
        sunday.name,
        sunday.name_en,
        sunday.name_easy,
    }
    shown = listed["en"][1]
    assert shown == {
        "code": "sunday",
        "name": "Pick-up on Sundays",
        "summary": "For those who cannot come on weekdays.",
        "duration_minutes": 15,
        "what_to_bring": ["Notice", "Seal"],
        "largest_party": 2,
        "is_for_terminals": True,
        "refusal": "",
    }
    assert [row["is_for_terminals"] for row in listed["ja"]] == [True, True, False]
    assert "職員" in listed["ja"][2]["refusal"]
    assert all(row["what_to_bring"] for row in listed["ja"])
    assert read(kiosk, "services", language="fr").status_code == 400


def test_another_service_is_booked_by_its_own_rules(
    kiosk: Client, hanako: Person, taro: Person, hall: Place, sunday: Service
) -> None:
    first, second = free(hall, sunday, limit=2)
    day = clock.local(first.starts_at).date()
    together = send(kiosk, "kiosk/party/", {"people": [hanako, taro], "service": "sunday"})
    where = {"place": hall.id, "service": "sunday", "party": together.json()["party"]}
    times = read(kiosk, "times", day=day, **where).json()["results"]
    assert str(first.id) in {row["id"] for row in times}
    days = read(kiosk, "days", month=f"{day:%Y-%m}", **where).json()["results"]
    assert next(row["state"] for row in days if row["day"] == f"{day}") in ("free", "few")
    terms = read(kiosk, "terms", service="sunday", language="en").json()
    assert (terms["version"], terms["cautions"][0]["title"]) == ("2026-11-1", "East door")
    assert (terms["what_to_bring"], terms["largest_party"]) == (["Notice", "Seal"], 2)
    made = book(kiosk, "sunday", first, hanako, taro)
    assert made.status_code == 201, made.content
    booked = Booking.objects.get()
    assert (booked.slot.service_id, booked.cautions_version) == (sunday.id, "2026-11-1")
    own = {"number": made.json()["number"], **hanako}
    assert send(kiosk, "kiosk/own/", own).json()["service"] == "sunday"
    moved = send(kiosk, "kiosk/own/move/", {**own, "slot": str(second.id)})
    assert moved.status_code == 200, moved.content
    assert AuditEntry.objects.filter(action="card_reservation.book", actor_kind="resident").count() == 1


def test_whoever_names_no_service_goes_on_booking_the_pick_up(
    kiosk: Client, hanako: Person, hall: Place, sunday: Service, free_slots: FreeSlots
) -> None:
    slot = free_slots(1)[0]
    day = clock.local(slot.starts_at).date()
    for named in ({}, {"service": ""}, {"service": "pickup"}):
        times = read(kiosk, "times", place=hall.id, day=day, **named).json()["results"]
        assert str(slot.id) in {row["id"] for row in times}
        asked = Slot.objects.filter(pk__in=[row["id"] for row in times])
        assert set(asked.values_list("service_id", flat=True)) == {PICKUP_ID}
    made = send(kiosk, "kiosk/bookings/", wish(kiosk, slot, hanako))
    assert made.status_code == 201, made.content
    own = {"number": made.json()["number"], **hanako}
    assert send(kiosk, "kiosk/own/", own).json()["service"] == "pickup"


def test_ticks_sizes_and_times_of_one_service_are_worth_nothing_in_another(
    kiosk: Client, hanako: Person, taro: Person, hall: Place, sunday: Service, free_slots: FreeSlots
) -> None:
    slot, usual = free(hall, sunday)[0], free_slots(1)[0]
    assert said(send(kiosk, "kiosk/bookings/", wish(kiosk, slot, hanako, service="sunday"))) == (
        422,
        "cautions_missing",
    )
    assert said(send(kiosk, "kiosk/bookings/", wish(kiosk, slot, hanako))) == (409, "slot_closed")
    assert said(book(kiosk, "sunday", usual, hanako)) == (409, "slot_closed")
    third = {"reference": "SAM000003", "birthday": "0101"}
    for answer in (
        send(kiosk, "kiosk/party/", {"people": [hanako, taro, third], "service": "sunday"}),
        book(kiosk, "sunday", slot, hanako, taro, taro),
    ):
        assert said(answer) == (422, "party_too_large")
    assert not VerificationFailure.objects.exists(), "nobody is looked for where too many come"
    own = {"number": book(kiosk, "sunday", slot, hanako).json()["number"], **hanako}
    moved = send(kiosk, "kiosk/own/move/", {**own, "slot": str(usual.id)})
    assert said(moved) == (409, "slot_closed")
    assert Booking.objects.get().slot_id == slot.id


def test_the_window_is_that_of_the_service(kiosk: Client, hanako: Person, hall: Place) -> None:
    sunday = offer_sunday(hall, earliest_open_days_residents=0, latest_days=3)
    now = clock.now()
    late = Slot.objects.filter(service=sunday, place=hall, starts_at__gt=now).order_by("-starts_at").first()
    assert late is not None
    refused = book(kiosk, "sunday", late, hanako)
    assert said(refused) == (409, "window_closed")
    near = [row["id"] for row in refused.json()["nearest"]]
    assert set(Slot.objects.filter(pk__in=near).values_list("service_id", flat=True)) <= {sunday.id}
    day = clock.local(late.starts_at).date()
    assert read(kiosk, "times", place=hall.id, day=day, service="sunday").json()["results"] == []
    assert Booking.objects.count() == 0


def test_what_to_bring_for_the_pick_up_is_as_long_in_every_language(kiosk: Client) -> None:
    brought = [
        read(kiosk, "terms", language=language).json()["what_to_bring"]
        for language in ("ja", "en", "ja-easy")
    ]
    assert [len(lines) for lines in brought] == [4, 4, 4]
    assert brought[1][0] == "The notice (postcard)"
    assert not [line for lines in brought for line in lines if line.startswith(("・", "-", " "))]


@pytest.mark.parametrize("why", ["unknown", "off", "staff", "no place"])
def test_a_service_that_is_not_to_be_had_has_one_answer(
    kiosk: Client, hanako: Person, hall: Place, sunday: Service, why: str
) -> None:
    slot = free(hall, sunday)[0]
    wanted = wish_for(kiosk, "sunday", slot, hanako)
    if why == "off":
        Service.objects.filter(pk=sunday.pk).update(is_offered=False)
    elif why == "staff":
        Service.objects.filter(pk=sunday.pk).update(for_residents=False)
    elif why == "no place":
        PlaceRules.objects.filter(service=sunday).update(is_offered=False)
    code = "nothing" if why == "unknown" else "sunday"
    where = {"place": hall.id, "service": code}
    day = clock.local(slot.starts_at).date()
    answers = [
        read(kiosk, "places", service=code),
        read(kiosk, "terms", service=code),
        read(kiosk, "times", day=day, **where),
        read(kiosk, "days", month=f"{day:%Y-%m}", **where),
        send(kiosk, "kiosk/party/", {"people": [hanako], "service": code}),
        send(kiosk, "kiosk/bookings/", {**wanted, "service": code}),
    ]
    assert {said(answer) for answer in answers} == {(404, "service_not_offered")}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert Booking.objects.count() == 0
    if why != "unknown":
        assert "sunday" not in {row["code"] for row in read(kiosk, "services").json()["results"]}


def test_a_service_without_a_notice_is_refused_before_anybody_is_looked_for(
    kiosk: Client, hanako: Person, hall: Place, renewal: Service
) -> None:
    slot = free(hall, renewal)[0]
    wrong = {**hanako, "birthday": "0101"}
    day = clock.local(slot.starts_at).date()
    answers = [
        read(kiosk, "terms", service="renewal"),
        read(kiosk, "times", place=hall.id, day=day, service="renewal"),
        send(kiosk, "kiosk/party/", {"people": [wrong], "service": "renewal"}),
        send(kiosk, "kiosk/bookings/", wish(kiosk, slot, wrong, service="renewal")),
    ]
    assert {said(answer) for answer in answers} == {(409, "service_not_at_terminals")}
    assert "職員に声をかけてください" in answers[0].json()["detail"]
    assert not VerificationFailure.objects.exists()
    assert Booking.objects.count() == 0


def test_a_terminal_lists_what_its_own_places_offer(
    hall: Place, sunday: Service, hanako: Person, kiosk: Client
) -> None:
    branch = Place.objects.create(code="branch", name="支所", is_public=True)
    there = program(token_for(SERVE_AT_KIOSK, places=[branch.id]).text)
    assert read(there, "services").json()["results"] == []
    assert read(there, "places", service="sunday").json()["results"] == []
    where = {"service": "sunday", "place": hall.id}
    assert read(there, "days", month="2027-01", **where).status_code == 404
    wanted = wish_for(kiosk, "sunday", free(hall, sunday)[0], hanako)
    assert said(send(there, "kiosk/bookings/", wanted)) == (404, "slot_not_found")
    listed = read(kiosk, "places", service="sunday").json()["results"]
    assert [row["id"] for row in listed] == [str(hall.id)]


def test_no_answer_about_a_service_holds_a_count(
    kiosk: Client, hanako: Person, taro: Person, hall: Place, sunday: Service, fill: Any
) -> None:
    slot = free(hall, sunday)[0]
    Slot.objects.filter(pk=slot.id).update(capacity=2, booked=1)
    day = clock.local(slot.starts_at).date()
    where = {"place": hall.id, "service": "sunday"}
    party = send(kiosk, "kiosk/party/", {"people": [hanako, taro], "service": "sunday"}).json()["party"]
    answers = [
        read(kiosk, "services").json(),
        read(kiosk, "times", day=day, party=party, **where).json(),
        read(kiosk, "days", month=f"{day:%Y-%m}", party=party, **where).json(),
    ]
    assert {row["id"]: row["state"] for row in answers[1]["results"]}[str(slot.id)] == "full"
    fill(slot)
    answers.append(book(kiosk, "sunday", slot, hanako).json())
    assert answers[-1]["code"] == "slot_full"
    names = set(re.findall(r'"(\w+)":', json.dumps(answers)))
    assert not names & {"booked", "capacity", "free", "remaining", "allowance", "count", "seats"}


def test_wrong_birthdays_are_counted_whatever_the_service(
    kiosk: Client, hanako: Person, hall: Place, sunday: Service, free_slots: FreeSlots
) -> None:
    slot, usual = free(hall, sunday)[0], free_slots(1)[0]
    wrong = {**hanako, "birthday": "0101"}
    for _ in range(3):
        assert said(book(kiosk, "sunday", slot, wrong)) == (422, "not_matched")
    for _ in range(2):
        assert said(send(kiosk, "kiosk/bookings/", wish(kiosk, usual, wrong))) == (422, "not_matched")
    assert VerificationFailure.objects.get().failures == 5
    assert said(book(kiosk, "sunday", slot, hanako)) == (422, "not_matched")


@pytest.mark.parametrize("code", ["a b", "休日", "x" * 41, "a\0", "../pickup", "sun\nday"])
def test_what_no_list_names_is_refused_by_its_field(
    kiosk: Client, hall: Place, hanako: Person, code: str, free_slots: FreeSlots
) -> None:
    slot = free_slots(1)[0]
    for answer in (
        read(kiosk, "terms", service=code),
        read(kiosk, "days", place=hall.id, month="2026-12", service=code),
        send(kiosk, "kiosk/party/", {"people": [hanako], "service": code}),
        send(kiosk, "kiosk/bookings/", wish(kiosk, slot, hanako, service=code)),
    ):
        assert answer.status_code == 400, answer.content
        assert answer.json()["errors"].keys() == {"service"}
