"""What a new city starts with."""

from datetime import datetime
from typing import Any

import pytest

from plugins.card_reservation.models import PlaceRules, Service, Slot
from plugins.card_reservation.services import setup
from plugins.card_reservation.services.setup import PartyOutOfRange

pytestmark = pytest.mark.django_db

PROFILE: dict[str, Any] = {
    "booking": {"capacity": 4, "unit_minutes": 20, "max_party": 3, "latest_days": 10, "cutoff_minutes": 60},
    "places": [{"code": "main"}, {"code": "annex", "booking": {"capacity": 2, "unit_minutes": 60}}],
}


@pytest.fixture(autouse=True)
def _without_slots() -> None:
    Slot.objects.all().delete()
    PlaceRules.objects.all().delete()


def test_a_profile_gives_rules_and_slots_to_every_place(now: datetime) -> None:
    setup.set_up(profile=PROFILE, now=now)
    main, annex = (PlaceRules.objects.get(place__code=code) for code in ("main", "annex"))
    assert (main.capacity, main.unit_minutes, main.max_party) == (4, 20, 3)
    assert (annex.capacity, annex.unit_minutes, annex.max_party) == (2, 60, 3)
    assert Service.objects.filter(code=setup.PICKUP).count() == 1
    assert set(Slot.objects.filter(place__code="annex").values_list("capacity", flat=True)) == {2}


def test_setting_up_twice_changes_nothing(now: datetime) -> None:
    setup.set_up(profile=PROFILE, now=now)
    before = set(Slot.objects.values_list("id", flat=True))
    setup.set_up(profile=PROFILE, now=now)
    assert set(Slot.objects.values_list("id", flat=True)) == before


def test_a_city_that_takes_no_bookings_gets_no_slots(now: datetime) -> None:
    setup.set_up(profile={"places": PROFILE["places"]}, now=now)
    assert not Slot.objects.exists()


@pytest.mark.parametrize("people", [0, 6])
def test_a_party_outside_one_to_five_is_refused(now: datetime, people: int) -> None:
    with pytest.raises(PartyOutOfRange):
        setup.set_up(profile=PROFILE | {"booking": {"max_party": people}}, now=now)
