"""Rows of the specifications that the pages prove whole, each with its bad case."""

import logging
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum
from django.test import Client

from madoguchi import clock
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, PlaceRules, Slot
from plugins.card_reservation.services.links import new_manage_token
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import confirm, fields, identify, open_link, walk_to_check

pytestmark = pytest.mark.django_db


@pytest.mark.req("KUR-48")
def test_a_number_and_a_birthday_without_year_open_the_way_and_a_wrong_pair_learns_nothing(
    resident: Client, people: People
) -> None:
    people.add("ABC123456", "0229")
    people.ambiguous.add("TWICE0001")
    asked = set(re.findall(r'<input[^>]* name="(\w+)"', _main(resident.get("/booking/"))))
    assert asked == {"csrfmiddlewaretoken", "reference", "month", "day", "email", "consent", "agreed"}
    for reference, month, day in (
        ("ABC123456", "2", "29"),
        ("ａｂｃ－１２３４５６", "２", "２９"),
        ("abc 123-456", "02", "29"),
    ):
        assert identify(resident, reference=reference, month=month, day=day)["Location"] == "/booking/mail/"
    refusals = set()
    for reference, day in (("ABC123456", "28"), ("NOBODY001", "29"), ("TWICE0001", "29")):
        page = identify(resident, reference=reference, month="2", day=day)
        assert page.status_code == 422
        refusals.add(_without_input(page.content.decode()))
    assert len(refusals) == 1


@pytest.mark.req("KUR-50")
def test_the_link_opens_on_another_device_once_and_ends_kindly(
    resident: Client, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    token = open_link(resident, people)
    telephone, third = (Client(headers={"host": "midori.localhost"}) for _ in range(2))
    telephone.get(f"/booking/start/{token}/")
    assert telephone.post(f"/booking/start/{token}/", {"agreed": "on"})["Location"] == "/booking/place/"
    assert telephone.get("/booking/place/").status_code == 200
    used = third.get(f"/booking/start/{token}/")
    late_token = open_link(third, people, email="late@example.jp")
    with clock.frozen_at(clock.now() + timedelta(hours=25)):
        expired = third.get(f"/booking/start/{late_token}/")
    for page in (used, expired):
        assert page.status_code == 410
        assert 'href="/booking/"' in page.content.decode()
    with caplog.at_level(logging.WARNING):
        assert third.get(f"/booking/start/{token[:-3]}xyz/").status_code == 404
    assert "unknown start link" in caplog.text


@pytest.mark.req("KUR-51")
def test_each_place_has_its_own_calendar_and_a_stale_time_leads_to_the_nearest(
    resident: Client, people: People, hall: Any, free_slots: Any, fill: Any
) -> None:
    annex = type(hall).objects.get(code="annex")
    slot = free_slots(1)[0]
    Slot.objects.filter(place=annex, day=clock.local(slot.starts_at).date()).update(is_open=False)
    page = walk_to_check(resident, people, hall.id, slot.id)
    calendars = []
    for place in (hall, annex):
        resident.post("/booking/place/", {"place": str(place.id)})
        shown = resident.get(f"/booking/time/?day={clock.local(slot.starts_at):%Y-%m-%d}").content.decode()
        calendars.append(f'value="{slot.id}"' in shown)
    assert calendars == [True, False]
    fill(slot)
    refused = confirm(resident, page)
    assert refused.status_code == 409
    offered = re.findall(r'name="slot" value="([^"]+)"', refused.content.decode())
    nearest = queries.nearest_free(
        place_id=hall.id, after=slot.starts_at, party_size=1, limit=3, now=clock.now()
    )
    assert offered == [str(one.id) for one in nearest]


@pytest.mark.req("KUR-52")
def test_a_family_is_booked_person_by_person_and_all_or_nothing(
    resident: Client, people: People, hall: Any, free_slots: Any
) -> None:
    tight, roomy = free_slots(2)
    found = Slot.objects.get(pk=tight.id)
    Slot.objects.filter(pk=tight.id).update(booked=found.capacity - 2)
    _start(resident, people)
    for number, birthday in (("FAM000002", "0401"), ("FAM000003", "0815")):
        people.add(number, birthday)
        sent = {"reference": number, "month": birthday[:2], "day": birthday[2:]}
        resident.post("/booking/family/", sent)
    resident.post("/booking/place/", {"place": str(hall.id)})
    day = clock.local(tight.starts_at).date()
    shown = resident.get(f"/booking/time/?day={day}").content.decode()
    assert re.search(rf'value="{tight.id}" disabled', shown)
    page = walk_to_check(resident, people, hall.id, roomy.id, has_started=True)
    crafted = resident.post("/booking/check/", fields(page) | {"slot": str(tight.id)})
    assert crafted.status_code == 409
    assert not Booking.objects.exists()
    assert confirm(resident, page).status_code == 303
    assert Booking.objects.get().party_size == 3
    assert Slot.objects.get(pk=roomy.id).booked == 3


@pytest.mark.req("KUR-54")
def test_staff_decide_which_places_residents_may_choose(
    resident: Client, people: People, hall: Any, free_slots: Any, now: Any
) -> None:
    slot, other_slot = free_slots(2)
    confirm(resident, walk_to_check(resident, people, hall.id, slot.id))
    booking = Booking.objects.get()
    assert booking.contact_id
    token = new_manage_token(
        booking_id=booking.id, contact_id=booking.contact_id, until=slot.ends_at, now=now
    )
    people.add("FAM000002", "0401")
    other = Client(headers={"host": "midori.localhost"})
    identify(other, reference="FAM000002", month="4", day="1")
    page = walk_to_check(other, people, hall.id, other_slot.id, email="other@example.jp")
    assert '<select name="place"' in other.get("/booking/place/").content.decode()
    type(hall).objects.filter(pk=hall.pk).update(is_public=False)
    assert str(hall.id) not in other.get("/booking/place/").content.decode()
    assert other.post("/booking/place/", {"place": str(hall.id)}).status_code == 422
    assert other.post("/booking/check/", fields(page)).status_code == 409
    assert Booking.objects.count() == 1
    kept = resident.get(f"/booking/manage/{token}/")
    assert kept.status_code == 200
    assert booking.number in kept.content.decode()


@pytest.mark.req("KUR-55")
@pytest.mark.parametrize("prefix", ["", "/en", "/ja-easy"])
def test_no_page_tells_a_resident_a_count_for_any_size_of_party(
    resident: Client, people: People, hall: Any, free_slots: Any, prefix: str
) -> None:
    slot = free_slots(1)[0]
    day = clock.local(slot.starts_at).date()
    Slot.objects.filter(place=hall, day=day).update(capacity=8967, booked=4321)
    _start(resident, people)
    for size in range(1, 6):
        if size > 1:
            people.add(f"FAM00000{size}", "0401")
            resident.post("/booking/family/", {"reference": f"FAM00000{size}", "month": "4", "day": "1"})
        resident.post("/booking/place/", {"place": str(hall.id)})
        for query in (f"day={day}", f"day={day}&view=list"):
            page = resident.get(f"{prefix}/booking/time/?{query}").content.decode()
            assert not re.search("8967|8,967|4321|4646", page)
            assert all(word in page for word in (f'value="{slot.id}"', "icons.svg#free"))
    states = []
    for threshold in (2, 9000):
        PlaceRules.objects.filter(place=hall).update(few_threshold=threshold)
        page = resident.get(f"/booking/time/?day={day}").content.decode()
        label = page[page.index(f'value="{slot.id}"') :]
        states.append(re.search(r'class="i-(\w+)"', label).group(1))  # type: ignore[union-attr]
    assert states == ["free", "few"]


@pytest.mark.req("KUR-56")
def test_nobody_books_without_taking_in_every_caution_of_today(
    resident: Client, people: People, hall: Any, free_slots: Any
) -> None:
    slot = free_slots(1)[0]
    _start(resident, people)
    resident.post("/booking/place/", {"place": str(hall.id)})
    assert resident.post("/booking/time/", {"slot": str(slot.id)})["Location"] == "/booking/check/"
    page = resident.get("/booking/check/").content.decode()
    cautions = queries.cautions()
    for position in range(len(cautions.items)):
        assert f'<label class="caution" for="id_ticks_{position}">' in page
    for version, ticks in (
        (cautions.version, ()),
        (cautions.version, cautions.codes[1:]),
        ("2020-01", cautions.codes),
    ):
        sent = fields(page) | {"version": version, "ticks": list(ticks)}
        answer = resident.post("/booking/check/", sent)
        assert answer.status_code == 422
        assert 'href="#id_ticks_0"' in answer.content.decode()
    crafted = resident.post("/booking/check/", {"slot": str(slot.id), "key": str(uuid4())})
    assert crafted.status_code == 422
    assert 'name="ticks"' in crafted.content.decode()
    assert not Booking.objects.exists()
    assert (
        confirm(resident, walk_to_check(resident, people, hall.id, slot.id, has_started=True)).status_code
        == 303
    )


@pytest.mark.req("NAN-04", "NAN-28")
def test_a_call_is_booked_with_four_inputs_and_confirmed_by_voice_print_or_mail(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    slot, other = free_slots(2)
    people.add("ABC123456", "0229")
    people.add("DEF123456", "0401")
    page = clerk.get(f"/reservations/new/?place={hall.id}&day={clock.local(slot.starts_at):%Y-%m-%d}")
    form = page.content.decode().partition('<form id="desk"')[2]
    asked = set(re.findall(r'name="(\w+)"', form)) - {"csrfmiddlewaretoken", "key", "scan", "look", "_draft"}
    assert asked == {"reference", "birthday", "slot", "email"}
    call = {
        "reference": "abc-123456",
        "birthday": "0229",
        "slot": str(slot.id),
        "email": "",
        "key": str(uuid4()),
    }
    answer = clerk.post("/reservations/new/", call)
    booking = Booking.objects.get()
    assert (booking.channel, booking.contact_id) == ("phone", None)
    shown = clerk.get(answer["Location"]).content.decode()
    assert "電話で読み上げる確認" in shown
    assert f'href="/reservations/{booking.pk}/slip/"' in shown
    printed = clerk.get(f"/reservations/{booking.pk}/slip/pdf/")
    assert (printed["Content-Type"], printed.content[:4]) == ("application/pdf", b"%PDF")
    with_mail = {
        "reference": "DEF123456",
        "birthday": "0401",
        "slot": str(other.id),
        "email": "taro@example.jp",
        "key": str(uuid4()),
    }
    clerk.post("/reservations/new/", with_mail)
    assert Booking.objects.exclude(pk=booking.pk).get().contact_id
    wrong = clerk.post("/reservations/new/", call | {"reference": "NOBODY", "key": str(uuid4())})
    assert wrong.status_code == 422
    assert Booking.objects.count() == 2


@pytest.mark.req("KUR-22")
def test_staff_see_booked_and_capacity_and_who_may_only_look_cannot_book(
    clerk: Client, viewer: Client, people: People, hall: Any, free_slots: Any
) -> None:
    slot = free_slots(1)[0]
    people.add("ABC123456", "0229")
    Slot.objects.filter(pk=slot.id).update(capacity=7)
    call = {
        "reference": "ABC123456",
        "birthday": "0229",
        "slot": str(slot.id),
        "email": "",
        "key": str(uuid4()),
    }
    day = f"{clock.local(slot.starts_at):%Y-%m-%d}"
    counts = []
    for browser in (clerk, viewer):
        page = browser.get(f"/reservations/?day={day}&place={hall.id}").content.decode()
        counts.append(_counts(page))
    assert (0, 7) in counts[0]
    assert counts[0] == counts[1]
    assert viewer.post("/reservations/new/", call).status_code == 403
    assert clerk.post("/reservations/new/", call).status_code == 303
    page = clerk.get(f"/reservations/?day={day}&place={hall.id}").content.decode()
    assert (1, 7) in _counts(page)
    month = viewer.get(f"/reservations/?month={day[:7]}&place={hall.id}").content.decode()
    whole_day = Slot.objects.filter(place=hall, day=day).aggregate(all=Sum("capacity"))["all"]
    assert f'<span class="t">1／{whole_day}</span>' in month
    assert "/new/" not in month
    assert 'hx-trigger="every 20s"' in page


def _counts(page: str) -> list[tuple[int, int]]:
    found = re.findall(r'<meter min="0" max="(\d+)" value="(\d+)"', page)
    return [(int(booked), int(capacity)) for capacity, booked in found]


def _start(browser: Client, people: People) -> None:
    token = open_link(browser, people)
    browser.get(f"/booking/start/{token}/")
    browser.post(f"/booking/start/{token}/", {"agreed": "on"})


def _without_input(page: str) -> str:
    page = re.sub(r'value="[^"]*"', "", page)
    return re.sub(r'name="csrfmiddlewaretoken"[^>]*', "", page)


def _main(answer: Any) -> str:
    return str(answer.content.decode().partition("<main")[2].partition("</main>")[0])
