"""A card that lies elsewhere is brought first: nobody comes before it, on whichever way they book."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places import queries as places
from madoguchi.places.models import Place
from madoguchi.web.api.tests.machines import program, token_for
from madoguchi.web.dates import short_era_date
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import BOOK, VIEW
from plugins.card_reservation.models import Booking, PlaceRules
from plugins.card_reservation.queries import household
from plugins.card_reservation.services import booking, moving, offers
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import CLERK, RESIDENT, request_for
from plugins.card_reservation.tests.test_waiting_list import join
from plugins.card_reservation.tests.way import HANAKO, open_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def free(free_slots: Any) -> Any:
    """One slot of each of the coming days."""
    by_day = {clock.local(slot.starts_at).date(): slot for slot in reversed(free_slots(300))}
    return [by_day[day] for day in sorted(by_day)]


@pytest.fixture
def elsewhere(hall: Place, people: People) -> Any:
    """Somebody whose card lies at the annex, six open days away from the hall."""
    PlaceRules.objects.filter(place=hall).update(transport_days=6)
    pickup = people.add(*HANAKO)
    people.lies_at[pickup] = Place.objects.get(code="annex").pk
    return pickup


def test_the_booking_waits_for_the_card_and_staff_decide_themselves(
    elsewhere: Any, hall: Place, people: People, free: Any, now: Any
) -> None:
    window = household.window_for(place_id=hall.pk, pickups=[elsewhere], now=now)
    usual = queries.window(place_id=hall.pk, audience="resident", now=now)
    assert window.earliest is not None
    assert usual.earliest is not None
    assert window.earliest > usual.earliest
    early = next(slot for slot in free if usual.has(clock.local(slot.starts_at).date()))
    late = next(slot for slot in free if window.has(clock.local(slot.starts_at).date()))
    with pytest.raises(booking.WindowClosed):
        booking.book(request=request_for(early.id, elsewhere), actor=RESIDENT, now=now)
    made = booking.book(request=request_for(late.id, elsewhere), actor=RESIDENT, now=now)
    with pytest.raises(booking.WindowClosed):
        moving.move(booking_id=made.booking_id, slot_id=early.id, key=uuid4(), actor=RESIDENT, now=now)
    moving.move(booking_id=made.booking_id, slot_id=early.id, key=uuid4(), actor=CLERK, now=now)
    # Whose card lies here, or nobody knows where, comes as soon as everybody else.
    booking.book(request=request_for(early.id, uuid4()), actor=RESIDENT, now=now)


def test_nobody_who_waits_is_offered_a_time_before_the_card_is_there(
    elsewhere: Any, hall: Place, free: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However long the line is, nobody hides who stands behind them.
    monkeypatch.setattr(offers, "IN_LINE_AT_ONCE", 1)
    noon = clock.local(now).replace(hour=12, minute=0, second=0, microsecond=0)
    usual = queries.window(place_id=hall.pk, audience="resident", now=noon)
    window = household.window_for(place_id=hall.pk, pickups=[elsewhere], now=noon)
    days = {clock.local(slot.starts_at).date(): slot for slot in free}
    soon = [slot for day, slot in days.items() if usual.has(day) and not window.has(day)][-1]
    entry = join(soon, noon, elsewhere)
    assert entry.state == "waiting"
    # Whoever waits behind, with a card that lies here, is asked instead.
    other = join(soon, noon + timedelta(minutes=1))
    assert other.state == "offered"
    late = next(slot for day, slot in days.items() if window.has(day))
    assert join(late, noon, elsewhere).state == "offered"


def test_a_card_asked_for_on_a_closed_day_leaves_on_the_next_open_one(
    elsewhere: Any, hall: Place, now: Any
) -> None:
    today = clock.local(now).date()
    opened = places.opening_days(place_id=hall.pk, first=today, last=today + timedelta(days=30))
    monday = next(day for day in opened[1:] if day - timedelta(days=1) not in opened)
    moments = (now + (monday - today) - timedelta(days=1), now + (monday - today))
    on_sunday, on_monday = (
        household.window_for(place_id=hall.pk, pickups=[elsewhere], now=moment) for moment in moments
    )
    assert on_sunday.earliest is not None
    assert on_sunday.earliest == on_monday.earliest


def test_the_calendar_and_the_finder_name_no_day_before_the_card(
    elsewhere: Any, resident: Client, hall: Place, people: People, free: Any, now: Any
) -> None:
    token = open_link(resident, people)
    resident.get(f"/booking/start/{token}/")
    resident.post(f"/booking/start/{token}/", {"agreed": "on"})
    resident.post("/booking/place/", {"place": str(hall.pk)})
    window = household.window_for(place_id=hall.pk, pickups=[elsewhere], now=now)
    assert window.earliest is not None
    day = window.earliest - timedelta(days=1)
    page = resident.get(f"/booking/time/?day={day.isoformat()}").content.decode()
    assert "カードを運びます" in page
    assert 'name="slot"' not in page
    early = next(slot for slot in free if clock.local(slot.starts_at).date() < window.earliest)
    refused = resident.post("/booking/time/", {"slot": str(early.id)})
    assert refused.status_code == 422
    found = resident.get("/booking/household/").content.decode()
    assert "運ぶため" in found
    chances = {chance.place.id: chance for chance in household.chances(pickups=[elsewhere], now=now)}
    assert chances[hall.pk].brought_from == window.earliest
    assert all(clock.local(slot.starts_at).date() >= window.earliest for slot in chances[hall.pk].slots)


def call(clerk: Client, slot: Any, **more: str) -> Any:
    """Book on the telephone for the one whose card lies elsewhere."""
    reference, birthday = HANAKO
    typed = {"reference": reference, "birthday": birthday, "slot": str(slot.id), "key": str(uuid4())}
    return clerk.post("/reservations/new/", {**typed, **more})


def test_staff_are_warned_beside_a_field_and_book_all_the_same_for_a_reason(
    elsewhere: Any, clerk: Client, hall: Place, free: Any, now: Any
) -> None:
    window = household.window_for(place_id=hall.pk, pickups=[elsewhere], now=now)
    assert window.earliest is not None
    early = free[0]
    warned = call(clerk, early)
    assert warned.status_code == 422
    page = warned.content.decode()
    assert f"この場所に届くのは早くて {short_era_date(window.earliest)} です" in page
    assert 'name="in_spite"' in page
    assert 'id="id_in_spite_error"' in page
    assert not Booking.objects.exists()
    key = str(uuid4())
    made, again = (call(clerk, early, in_spite="午後の便で届ける", key=key) for _time in range(2))
    assert made.status_code == again.status_code == 303
    written = AuditEntry.objects.get(action="card_reservation.before_card")
    assert written.details["in_spite"] == "午後の便で届ける"
    assert written.details["brought_on"] == window.earliest.isoformat()
    shown = clerk.get(made["location"]).content.decode()
    assert "カードが予約日に間に合わないおそれがあります" in shown


def test_a_time_at_which_the_card_is_there_needs_no_reason(
    elsewhere: Any, clerk: Client, hall: Place, free: Any, now: Any
) -> None:
    window = household.window_for(place_id=hall.pk, pickups=[elsewhere], now=now)
    late = next(slot for slot in free if window.has(clock.local(slot.starts_at).date()))
    made = call(clerk, late)
    assert made.status_code == 303
    assert not AuditEntry.objects.filter(action="card_reservation.before_card").exists()
    assert "間に合わないおそれ" not in clerk.get(made["location"]).content.decode()
    booked = Booking.objects.get()
    move = f"/reservations/{booked.pk}/move/"
    sent = {"slot": str(free[0].id), "key": str(uuid4())}
    soon = clock.local(free[0].starts_at).date()
    warned = clerk.post(f"{move}?place={hall.id}&day={soon}", sent)
    assert warned.status_code == 422
    text = warned.content.decode()
    assert "この場所に届くのは早くて" in text
    assert f'value="{free[0].id}" checked' in text
    booked.refresh_from_db()
    assert booked.slot_id == late.id
    for _time in range(2):
        assert clerk.post(move, {**sent, "in_spite": "急ぎの回送"}).status_code == 303
    booked.refresh_from_db()
    assert booked.slot_id == free[0].id
    assert AuditEntry.objects.filter(action="card_reservation.before_card").count() == 1


def test_a_card_that_the_city_has_not_received_is_said_to_be_missing(
    clerk: Client, hall: Place, people: People, free: Any
) -> None:
    pickup = people.add(*HANAKO)
    people.names[pickup] = replace(people.names[pickup], has_come=False)
    warned = call(clerk, free[-1])
    assert warned.status_code == 422
    assert "カードがまだ市に届いていません" in warned.content.decode()
    assert call(clerk, free[-1], in_spite="来週届く知らせがあった").status_code == 303


@pytest.fixture
def programmed(hall: Place) -> Any:
    """Send something to the address of a program that may book, under a key of its own."""
    machine = program(token_for(VIEW, BOOK).text)

    def send(path: str, /, **content: Any) -> Any:
        headers = {"idempotency-key": str(uuid4())}
        return machine.post(
            f"/api/v1/bookings/{path}", content, content_type="application/json", headers=headers
        )

    return send


def test_a_program_is_told_the_first_day_and_books_or_moves_all_the_same_for_a_reason(
    elsewhere: Any, programmed: Any, hall: Place, free: Any, now: Any
) -> None:
    reference, birthday = HANAKO
    window = household.window_for(place_id=hall.pk, pickups=[elsewhere], now=now)
    assert window.earliest is not None
    late = next(slot for slot in free if window.has(clock.local(slot.starts_at).date()))
    asked = {"reference": reference, "birthday": birthday}
    refused = programmed("", **asked, slot=str(free[0].id))
    assert (refused.status_code, refused.json()["code"]) == (409, "card_not_there")
    assert refused.json()["brought_on"] == window.earliest.isoformat()
    assert not Booking.objects.exists()
    made = programmed("", **asked, slot=str(late.id))
    assert made.status_code == 201
    assert not AuditEntry.objects.filter(action="card_reservation.before_card").exists()
    address = f"{made.json()['id']}/move/"
    assert programmed(address, slot=str(free[0].id)).json()["code"] == "card_not_there"
    assert Booking.objects.get().slot_id == late.id
    assert programmed(address, slot=str(free[0].id), in_spite="急ぎの回送").status_code == 200
    assert Booking.objects.get().slot_id == free[0].id
    written = AuditEntry.objects.get(action="card_reservation.before_card")
    assert (written.details["in_spite"], written.actor_kind) == ("急ぎの回送", "machine")


def test_whoever_joins_a_visit_before_their_card_is_there_needs_a_reason_too(
    elsewhere: Any, programmed: Any, clerk: Client, people: People, hall: Place, free: Any
) -> None:
    people.add("SAM000009", "0301")
    made = programmed("", reference="SAM000009", birthday="0301", slot=str(free[0].id)).json()
    newcomer = dict(zip(("reference", "birthday"), HANAKO, strict=True))
    assert programmed(f"{made['id']}/join/", **newcomer).json()["code"] == "card_not_there"
    address = f"/reservations/{made['id']}/party/"
    warned = clerk.post(address, newcomer)
    assert warned.status_code == 422
    assert 'id="id_in_spite_error"' in warned.content.decode()
    assert Booking.objects.get().party_size == 1
    assert clerk.post(address, newcomer | {"in_spite": "窓口へ直接届く"}).status_code == 303
    assert Booking.objects.get().party_size == 2
    # Who is there already changes nothing, and needs no reason for it.
    assert programmed(f"{made['id']}/join/", **newcomer).json()["party_size"] == 2
    assert AuditEntry.objects.filter(action="card_reservation.before_card").count() == 1


def test_a_party_that_moves_for_somebody_new_waits_for_everybodys_card(
    elsewhere: Any, programmed: Any, people: People, hall: Place, free: Any, now: Any
) -> None:
    people.add("SAM000009", "0301")
    newcomer = {"reference": "SAM000009", "birthday": "0301"}
    window = household.window_for(place_id=hall.pk, pickups=[elsewhere], now=now)
    late = next(slot for slot in free if window.has(clock.local(slot.starts_at).date()))
    asked = dict(zip(("reference", "birthday"), HANAKO, strict=True))
    made = programmed("", **asked, slot=str(late.id)).json()
    refused = programmed(f"{made['id']}/join/", **newcomer, slot=str(free[0].id))
    assert refused.json()["code"] == "card_not_there"
    kept = Booking.objects.get()
    assert (kept.slot_id, kept.party_size) == (late.id, 1)
    assert programmed(f"{made['id']}/join/", **newcomer).json()["party_size"] == 2


def test_where_no_names_are_kept_a_program_picks_one_of_our_reasons(
    elsewhere: Any, programmed: Any, keeping: Any, free: Any
) -> None:
    keeping("none")
    reference, birthday = HANAKO
    asked = {"reference": reference, "birthday": birthday, "slot": str(free[0].id)}
    told = programmed("", **asked, in_spite="架空 花子さんの希望")
    assert told.status_code == 400
    assert "責任者の指示" in told.json()["errors"]["in_spite"][0]
    assert programmed("", **asked, in_spite="責任者の指示").status_code == 201
