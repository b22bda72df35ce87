"""The way of a resident of 南部町: the town's own profile, places, hours and rules."""

import re
import tomllib
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.places import services as places
from madoguchi.places.models import CalendarDay, Place
from madoguchi.testing.sources import ROOT
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, PlaceRules, Service, Slot
from plugins.card_reservation.services import setup
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import confirm, open_link, walk_to_check

pytestmark = pytest.mark.django_db
PROFILE = ROOT / "deploy" / "local" / "cities" / "nanbu.toml"


@pytest.fixture
def town(db: None) -> dict[str, Place]:
    """The town's places and rules instead of those of the suite's city."""
    profile = tomllib.loads(PROFILE.read_text(encoding="utf-8"))
    for model in (Slot, PlaceRules, Service, CalendarDay, Place):
        model.objects.all().delete()
    now = clock.now()
    places.set_up(profile=profile, now=now)
    setup.set_up(profile=profile | {"references": ()}, now=now)
    return {place.code: place for place in Place.objects.all()}


def start(browser: Client, people: People) -> None:
    token = open_link(browser, people)
    browser.get(f"/booking/start/{token}/")
    assert browser.post(f"/booking/start/{token}/", {"agreed": "on"}).status_code == 303


def days_offered(browser: Client, place: Place) -> set[date]:
    """Read the days that the calendar of a place lets somebody choose, in this month and the next two."""
    browser.post("/booking/place/", {"place": str(place.id)})
    found: set[str] = set()
    month = clock.today().replace(day=1)
    for _each in range(3):
        page = browser.get(f"/booking/time/?month={month:%Y-%m}").content.decode()
        found |= set(re.findall(r'<a class="day[^"]*"[^>]*href="\?day=(\d{4}-\d\d-\d\d)', page))
        month = (month + timedelta(days=32)).replace(day=1)
    return {date.fromisoformat(day) for day in found}


@pytest.mark.req("NAN-13")
def test_each_place_of_the_town_has_its_own_calendar_and_a_stale_time_leads_to_the_nearest(
    resident: Client, people: People, town: dict[str, Place]
) -> None:
    start(resident, people)
    shown = resident.get("/booking/place/").content.decode()
    assert all(place.name in shown for place in town.values())
    offered = {code: days_offered(resident, place) for code, place in town.items()}
    assert {code: {day.weekday() for day in days} for code, days in offered.items()} == {
        "main": {0, 1, 2, 3, 4},
        "nagawa": {0, 2, 4},
        "nanbu": {1, 3},
    }
    last = clock.today() + timedelta(days=45)
    assert all(clock.today() < day <= last for days in offered.values() for day in days)
    # The units differ: half an hour at the town office, a whole one at the annexes.
    lengths = {}
    for code, place in town.items():
        slot = queries.nearest_free(place_id=place.id, after=clock.now(), party_size=1, now=clock.now())[0]
        lengths[code] = (slot.ends_at - slot.starts_at) // timedelta(minutes=1)
    assert lengths == {"main": 30, "nagawa": 60, "nanbu": 60}
    _lose_a_time(resident, people, town["nagawa"])


def _lose_a_time(resident: Client, people: People, place: Place) -> None:
    """Somebody else is quicker: the nearest free times of the same place are offered, and one is booked."""
    now = clock.now()
    slot = queries.nearest_free(place_id=place.id, after=now, party_size=1, now=now)[0]
    page = walk_to_check(resident, people, place.id, slot.id, has_started=True)
    Slot.objects.filter(pk=slot.id).update(booked=2)
    refused: Any = confirm(resident, page)
    assert refused.status_code == 409
    offered = re.findall(r'name="slot" value="([^"]+)"', refused.content.decode())
    nearest = queries.nearest_free(
        place_id=place.id, after=slot.starts_at, party_size=1, limit=3, now=clock.now()
    )
    assert offered == [str(one.id) for one in nearest]
    assert not Booking.objects.exists()
    again = walk_to_check(resident, people, place.id, nearest[0].id, has_started=True)
    assert confirm(resident, again).status_code == 303
    assert str(Booking.objects.get().slot_id) == offered[0]
