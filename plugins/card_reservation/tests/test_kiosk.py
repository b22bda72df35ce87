"""Terminals in the hall: residents book by themselves over the API, by their own rules, and see no counts."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.places.models import Place
from madoguchi.residents import attempts
from madoguchi.residents import services as residents
from madoguchi.residents.models import Attempt
from madoguchi.web.api.tests.machines import program, token_for
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import BOOK, SERVE_AT_KIOSK, VIEW
from plugins.card_reservation.models import Booking, Slot, VerificationFailure
from plugins.card_reservation.tests.stand_ins import People

pytestmark = pytest.mark.django_db

FreeSlots = Callable[[int], list[queries.SlotView]]
Person = dict[str, str]


@pytest.fixture
def kiosk(hall: Place) -> Client:
    """A terminal."""
    return program(token_for(SERVE_AT_KIOSK).text)


@pytest.fixture
def hanako(people: People) -> Person:
    """Somebody with a notice."""
    people.add("SAM000001", "0229")
    return {"reference": "SAM000001", "birthday": "0229"}


@pytest.fixture
def taro(people: People) -> Person:
    """A relative."""
    people.add("SAM000002", "0401")
    return {"reference": "SAM000002", "birthday": "0401"}


def send(browser: Client, path: str, content: Any, *, key: Any = None) -> Any:
    headers = {"idempotency-key": str(key or uuid4())}
    return browser.post(f"/api/v1/{path}", content, content_type="application/json", headers=headers)


def wish(kiosk: Client, slot: Any, *people: Person, **changed: Any) -> dict[str, Any]:
    terms = kiosk.get("/api/v1/kiosk/terms/").json()
    return {
        "people": list(people),
        "slot": str(slot.id),
        "cautions": [item["code"] for item in terms["cautions"]],
        "cautions_version": terms["version"],
        "agreed": [item["code"] for item in terms["documents"]],
        **changed,
    }


def book(kiosk: Client, slot: Any, *people: Person, **changed: Any) -> Any:
    return send(kiosk, "kiosk/bookings/", wish(kiosk, slot, *people, **changed))


def test_a_family_books_moves_changes_and_cancels_at_a_terminal(
    kiosk: Client, hanako: Person, taro: Person, free_slots: FreeSlots
) -> None:
    first, second = free_slots(2)
    made = book(kiosk, first, hanako)
    assert made.status_code == 201, made.content
    own = {"number": made.json()["number"], **hanako}
    assert send(kiosk, "kiosk/own/", own).json()["is_changeable"] is True
    joined = send(kiosk, "kiosk/own/join/", {**own, "joins": taro})
    assert joined.json()["party_size"] == 2, joined.content
    moved = send(kiosk, "kiosk/own/move/", {**own, "slot": str(second.id)})
    assert moved.status_code == 200, moved.content
    assert Slot.objects.get(pk=first.id).booked == 0
    assert Slot.objects.get(pk=second.id).booked == 2
    left = send(kiosk, "kiosk/own/leave/", {**own, "leaves": taro})
    assert left.json()["party_size"] == 1
    assert send(kiosk, "kiosk/own/cancel/", own).status_code == 200
    assert Slot.objects.get(pk=second.id).booked == 0
    kinds = set(OutboxEvent.objects.values_list("kind", flat=True))
    assert {
        f"card_reservation.{each}" for each in ("pickup_booked", "pickup_moved", "pickup_cancelled")
    } <= kinds
    assert "card_reservation.party_changed" in kinds
    entry = AuditEntry.objects.get(action="card_reservation.book")
    assert (entry.actor_kind, entry.actor_name) == ("resident", "表示盤")


def test_two_bookings_of_one_family_become_one_visit(
    kiosk: Client, hanako: Person, taro: Person, free_slots: FreeSlots
) -> None:
    first, second = free_slots(2)
    own = {"number": book(kiosk, first, hanako).json()["number"], **hanako}
    other = book(kiosk, second, taro)
    assert other.status_code == 201
    refused = send(kiosk, "kiosk/own/join/", {**own, "joins": taro})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_booked")
    wanted = {**own, "joins": taro, "merge": True}
    unproved = send(kiosk, "kiosk/own/join/", wanted)
    assert (unproved.status_code, unproved.json()["code"]) == (422, "joins_number_missing")
    wrong = send(kiosk, "kiosk/own/join/", {**wanted, "joins_number": "1111-1111"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_matched")
    assert VerificationFailure.objects.get().failures == 1
    merged = send(kiosk, "kiosk/own/join/", {**wanted, "joins_number": other.json()["number"]})
    assert merged.json()["party_size"] == 2, merged.content
    assert Slot.objects.get(pk=second.id).booked == 0
    assert Booking.objects.filter(state="active").count() == 1


def test_a_terminal_keeps_the_rules_of_residents(
    kiosk: Client, hanako: Person, free_slots: FreeSlots, hall: Place
) -> None:
    slot = free_slots(1)[0]
    unread = book(kiosk, slot, hanako, cautions=[])
    assert (unread.status_code, unread.json()["code"]) == (422, "cautions_missing")
    early = Slot.objects.filter(place=hall, starts_at__gt=clock.now()).order_by("starts_at").first()
    too_soon = book(kiosk, early, hanako)
    assert (too_soon.status_code, too_soon.json()["code"]) == (409, "window_closed")
    assert too_soon.json()["nearest"][0].keys() == {"id", "place", "starts_at", "state"}
    twice = book(kiosk, slot, hanako, hanako)
    assert (twice.status_code, twice.json()["code"]) == (422, "party_too_large")
    assert Booking.objects.count() == 0


def test_no_answer_of_a_terminal_holds_a_count(
    kiosk: Client,
    hanako: Person,
    taro: Person,
    hall: Place,
    free_slots: FreeSlots,
    fill: Callable[[Any], None],
) -> None:
    slot = free_slots(1)[0]
    day = clock.local(slot.starts_at).date()
    answers = []
    together = send(kiosk, "kiosk/party/", {"people": [hanako, taro]})
    assert together.json()["party_size"] == 2
    for party in ("", together.json()["party"]):
        where = f"place={hall.id}&party={party}"
        answers.append(kiosk.get(f"/api/v1/kiosk/times/?{where}&day={day}").json())
        answers.append(kiosk.get(f"/api/v1/kiosk/days/?{where}&month={day:%Y-%m}").json())
    fill(slot)
    answers.append(book(kiosk, slot, hanako).json())
    names = set(re.findall(r'"(\w+)":', json.dumps(answers)))
    assert not names & {"booked", "capacity", "free", "remaining", "allowance", "count", "seats"}
    states = {row["state"] for answer in answers[:-1] for row in answer["results"]}
    assert states <= {"free", "few", "full", "closed"}
    assert answers[-1]["code"] == "slot_full"
    for query in (f"place=x&day={day}", f"place={hall.id}&day=1800-01-01"):
        assert kiosk.get(f"/api/v1/kiosk/times/?{query}").status_code == 400


def test_seats_are_not_counted_by_asking_for_parties_of_every_size(
    kiosk: Client, hanako: Person, taro: Person, hall: Place, free_slots: FreeSlots
) -> None:
    slot = free_slots(1)[0]
    Slot.objects.filter(pk=slot.id).update(capacity=3, booked=2)
    where = f"place={hall.id}&day={clock.local(slot.starts_at).date()}"

    def state(query: str) -> str:
        rows = kiosk.get(f"/api/v1/kiosk/times/?{where}&{query}").json()["results"]
        return next(str(row["state"]) for row in rows if row["id"] == str(slot.id))

    # A number alone changes nothing: the size comes from people who were found.
    assert {state(f"party_size={size}") for size in range(1, 6)} == {state("")} == {"few"}
    party = send(kiosk, "kiosk/party/", {"people": [hanako, taro]}).json()["party"]
    assert state(f"party={party}") == "full"
    twice = send(kiosk, "kiosk/party/", {"people": [hanako, hanako]}).json()["party"]
    assert state(f"party={twice}") == "few"
    unknown = send(kiosk, "kiosk/party/", {"people": [hanako, {**taro, "birthday": "0101"}]})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "not_matched")
    assert kiosk.get(f"/api/v1/kiosk/times/?{where}&party={party[:-2]}xx").status_code == 404


def test_numbers_of_nobody_end_the_check_in_of_a_terminal_for_an_hour(kiosk: Client, hall: Place) -> None:
    said = [
        send(kiosk, "kiosk/check-in/", {"number": f"{number:04}-0000"}).status_code for number in range(32)
    ]
    assert said == [404] * 30 + [429] * 2
    assert Attempt.objects.filter(kind=attempts.OWN).count() == 30
    assert not Attempt.objects.filter(kind=attempts.FAILURE).exists(), "the city's budget is for others"


def test_a_number_is_locked_for_programs_too_and_the_refusals_stay_counted(
    hall: Place, hanako: Person, free_slots: FreeSlots
) -> None:
    slot = free_slots(1)[0]
    staff = program(token_for(VIEW, BOOK).text)
    wrong = {"reference": hanako["reference"], "birthday": "0228", "slot": str(slot.id)}
    key = uuid4()
    for _ in range(5):
        refused = send(staff, "bookings/", wrong, key=key)
        assert (refused.status_code, refused.json()["code"]) == (422, "not_matched")
    assert VerificationFailure.objects.get().failures == 5, "a refusal rolls no count back"
    right = send(staff, "bookings/", {**wrong, "birthday": "0229"})
    assert (right.status_code, right.json()["code"]) == (422, "not_matched"), "locked, and nobody learns it"
    assert Booking.objects.count() == 0


def test_a_token_that_guesses_is_no_longer_heard_and_strangers_do_not_close_it(
    hall: Place, hanako: Person, people: People, free_slots: FreeSlots, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madoguchi.residents.budget import Limits
    from plugins.card_reservation.services import guesses

    monkeypatch.setattr(guesses, "limits", lambda: Limits(per_city=50, per_network=10))
    slot = free_slots(1)[0]
    guessing, honest = (program(token_for(SERVE_AT_KIOSK).text) for _ in range(2))
    for turn in range(10):
        person = {"reference": f"NOBODY{turn:03}", "birthday": "0101"}
        assert book(guessing, slot, person).status_code == 422
    refused = book(guessing, slot, hanako)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_guesses")
    assert book(honest, slot, hanako).status_code == 201


def test_ones_own_booking_is_found_by_all_three_alone(
    kiosk: Client, hanako: Person, taro: Person, free_slots: FreeSlots
) -> None:
    own = {"number": book(kiosk, free_slots(1)[0], hanako).json()["number"], **hanako}
    wrong = [{"number": "0000-0000"}, taro, {"birthday": "0228"}]
    answers = [send(kiosk, "kiosk/own/", {**own, **each}) for each in wrong]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(422, "not_matched")}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    lower = {**own, "number": own["number"].replace("-", "").lower()}
    assert send(kiosk, "kiosk/own/", lower).status_code == 200


def test_whoever_comes_checks_in_by_the_number_on_the_slip(
    kiosk: Client, hanako: Person, free_slots: FreeSlots
) -> None:
    slot = free_slots(1)[0]
    number = book(kiosk, slot, hanako).json()["number"]
    early = send(kiosk, "kiosk/check-in/", {"number": number})
    assert (early.status_code, early.json()["code"]) == (409, "check_in_wrong_day")
    with clock.frozen_at(slot.starts_at):
        kiosk = program(token_for(SERVE_AT_KIOSK).text)
        came = send(kiosk, "kiosk/check-in/", {"number": number})
        assert came.status_code == 200, came.content
        again = send(kiosk, "kiosk/check-in/", {"number": number})
        assert came.json()["queue_number"] == again.json()["queue_number"] >= 1
    assert Booking.objects.get().visit == "arrived"
    assert OutboxEvent.objects.filter(kind="card_reservation.visit_marked").count() == 1
    unknown = send(kiosk, "kiosk/check-in/", {"number": "ZZZZ-ZZZZ"})
    assert unknown.status_code == 404


def test_a_terminal_reaches_nothing_of_staff(kiosk: Client, hanako: Person, free_slots: FreeSlots) -> None:
    slot = free_slots(1)[0]
    day = clock.local(slot.starts_at).date()
    number = book(kiosk, slot, hanako).json()["number"]
    for path in (
        f"bookings/?day={day}",
        f"bookings/find/?number={number}",
        f"slots/?day={day}&place={uuid4()}",
    ):
        assert kiosk.get(f"/api/v1/{path}").status_code == 403


def test_terms_and_places_come_in_the_language_of_the_screen(kiosk: Client) -> None:
    words = {}
    for language in ("ja", "en", "ja-easy"):
        places = kiosk.get(f"/api/v1/kiosk/places/?language={language}").json()["results"]
        terms = kiosk.get(f"/api/v1/kiosk/terms/?language={language}").json()
        words[language] = (places[0]["name"], terms["cautions"][0]["title"])
    assert len(set(words.values())) == 3
    assert re.fullmatch(r"[\x00-\x7f’“”–—…]+", words["en"][1]), words["en"]
    assert kiosk.get("/api/v1/kiosk/terms/?language=fr").status_code == 400


def test_call_centres_find_join_and_leave_by_number(
    hall: Place, hanako: Person, taro: Person, free_slots: FreeSlots
) -> None:
    staff = program(token_for(VIEW, BOOK).text)
    made = send(staff, "bookings/", {**hanako, "family": [taro], "slot": str(free_slots(1)[0].id)}).json()
    assert made["party_size"] == 2
    found = staff.get(f"/api/v1/bookings/find/?number={made['number']}").json()
    assert found["id"] == made["id"]
    address = f"bookings/{made['id']}"
    assert send(staff, f"{address}/leave/", taro).json()["party_size"] == 1
    assert send(staff, f"{address}/join/", taro).json()["party_size"] == 2
    last = [send(staff, f"{address}/leave/", each) for each in (taro, hanako)]
    assert [answer.status_code for answer in last] == [200, 409]
    assert last[1].json()["code"] == "last_person"
    assert staff.get("/api/v1/bookings/find/?number=ZZZZ-ZZZZ").status_code == 404


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("kiosk/bookings/", {"people": "everybody"}),
        ("kiosk/bookings/", {"people": []}),
        ("kiosk/bookings/", {"people": [{"reference": "A\0", "birthday": "0229"}]}),
        ("kiosk/bookings/", {"people": [None, 1, []]}),
        ("kiosk/bookings/", []),
        ("kiosk/own/", {"number": "' OR 1=1", "reference": "x" * 41, "birthday": "２月"}),
        ("kiosk/own/move/", {"number": "AAAA-AAAA", "reference": "A", "birthday": "0101", "slot": "x"}),
        ("kiosk/own/join/", {"number": "AAAA-AAAA", "reference": "A", "birthday": "0101", "joins": "x"}),
        ("kiosk/check-in/", {"number": None}),
    ],
)
def test_what_no_terminal_would_send_is_refused_field_by_field(
    kiosk: Client, path: str, content: Any
) -> None:
    refused = send(kiosk, path, content)
    assert refused.status_code == 400, refused.content
    assert refused.json()["errors"]


@pytest.mark.parametrize(
    "query",
    ["days/?month=2026-13&place=%s", "days/?month=9999-01&place=%s", "times/?day=2026-02-30&place=%s"],
)
def test_days_that_no_calendar_has_are_refused(kiosk: Client, hall: Place, query: str) -> None:
    assert kiosk.get(f"/api/v1/kiosk/{query % hall.id}").status_code == 400
    elsewhere = query.replace("2026-13", "2027-01").replace("9999-01", "1900-01").replace("02-30", "12-01")
    assert kiosk.get(f"/api/v1/kiosk/{elsewhere % uuid4()}").status_code == 404


def test_a_terminal_ends_no_visit_of_another_place_or_with_an_address_of_its_own(
    kiosk: Client, hanako: Person, taro: Person, free_slots: FreeSlots, hall: Place, now: Any
) -> None:
    first, second = free_slots(2)
    own = {"number": book(kiosk, first, hanako).json()["number"], **hanako}
    other = Booking.objects.get(number=book(kiosk, second, taro).json()["number"])
    wanted = {**own, "joins": taro, "merge": True}
    contact = residents.contact_for(email="taro@example.jp", language="ja", now=now)
    Booking.objects.filter(pk=other.pk).update(contact_id=contact)
    refused = send(kiosk, "kiosk/own/join/", wanted)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_booked")
    Booking.objects.filter(pk=other.pk).update(contact_id=None)
    Slot.objects.filter(pk=second.id).update(place=Place.objects.create(code="branch", name="支所"))
    here = program(token_for(SERVE_AT_KIOSK, places=[hall.id]).text)
    refused = send(here, "kiosk/own/join/", wanted)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_booked")
    desk = program(token_for(VIEW, BOOK, places=[hall.id]).text)
    address = f"bookings/{Booking.objects.get(number=own['number']).pk}/join/"
    refused = send(desk, address, {**taro, "merge": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_booked")
    assert Booking.objects.get(pk=other.pk).state == "active"
