"""What the tests of this plugin share: people with cards, a place with slots, browsers."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from valkey import Valkey

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.hooks.contracts.bookings import KEPT_FOR_BOOKINGS, PersonalData, PersonalDataChoice
from madoguchi.hooks.registry import plugins
from madoguchi.places.models import Place
from madoguchi.tenancy import City, directory
from madoguchi.testing.factories import PASSWORD, RoleFactory, StaffFactory
from plugins.card_reservation import queries
from plugins.card_reservation.models import Reference, Slot
from plugins.card_reservation.services import guesses
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.stand_ins import People, people_who_are_known


@pytest.fixture
def people() -> Iterator[People]:
    """The cards that wait."""
    with people_who_are_known() as known:
        yield known


@pytest.fixture
def now() -> datetime:
    """The moment of the test."""
    return clock.now()


@pytest.fixture
def trusted_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guesses come from the city hall itself: only the limit of the number counts."""
    monkeypatch.setattr(guesses, "is_trusted", lambda visitor: True)


@pytest.fixture
def hall(now: datetime, db: None) -> Place:
    """A public place that takes bookings."""
    open_slots(now=now)
    return Place.objects.get(code="main")


@pytest.fixture
def free_slots(hall: Place, now: datetime) -> Callable[[int], list[queries.SlotView]]:
    """The next free slots of the hall."""

    def find(limit: int) -> list[queries.SlotView]:
        return queries.nearest_free(place_id=hall.id, after=now, party_size=1, limit=limit, now=now)

    return find


@pytest.fixture
def fill() -> Callable[[queries.SlotView], None]:
    """Let others take what is left of a slot."""

    def take(slot: queries.SlotView) -> None:
        found = Slot.objects.get(pk=slot.id)
        Slot.objects.filter(pk=slot.id).update(booked=found.capacity)

    return take


@pytest.fixture
def resident() -> Client:
    """A browser on the resident host."""
    return Client(headers={"host": "midori.localhost"})


@pytest.fixture
def clerk(db: None) -> Client:
    """A counter clerk's browser, signed in."""
    return _signed_in(StaffFactory.create(staff_code="C0001", name="窓口 一郎", roles=["counter_clerk"]))


@pytest.fixture
def viewer(db: None) -> Client:
    """The browser of somebody who may look and nothing else."""
    return _signed_in(StaffFactory.create(name="窓口 一郎", roles=[RoleFactory.create(viewer=True)]))


@pytest.fixture
def keeping(home: City, now: datetime) -> Iterator[Callable[[str], None]]:
    """Let the city keep so much of the people who book, as far as the program knows."""
    known: Any = directory()
    snapshot = known._fresh()

    def keep(personal_data: str) -> None:
        choice = PersonalDataChoice(
            personal_data=PersonalData(personal_data),
            chosen_at=now,
            requested_by="運用 一郎",
            approved_by="運用 二郎",
            reason="試験",
        )
        changed = {
            city.schema_name: replace(city, rules={**city.rules, KEPT_FOR_BOOKINGS: (choice,)})
            if city.schema_name == home.schema_name
            else city
            for city in snapshot.cities
        }
        hosts = {
            name: replace(host, city=changed[host.city.schema_name])
            if host.city is not None and host.city.schema_name in changed
            else host
            for name, host in snapshot.hosts.items()
        }
        known._snapshot = replace(snapshot, cities=tuple(changed.values()), hosts=hosts)
        connection.tenant = changed[home.schema_name]  # type: ignore[attr-defined]

    yield keep
    known.forget()
    connection.tenant = home  # type: ignore[attr-defined]


@pytest.fixture
def admin(db: None) -> Client:
    """The administrator's browser."""
    return _signed_in(StaffFactory.create(roles=["city_admin"]))


@pytest.fixture
def no_ledger(db: None) -> Iterator[None]:
    """Let nobody else know the cards."""
    manager = plugins._manager
    real = manager.get_plugin("card_management")
    manager.unregister(real)
    Reference.objects.all().delete()
    yield
    manager.register(real, "card_management")


@pytest.fixture
def broker() -> Valkey:
    return Valkey.from_url(settings.MADOGUCHI["VALKEY_URL"], decode_responses=True)


@pytest.fixture
def city(broker: Valkey) -> Iterator[UUID]:
    """A city of its own for each test."""
    number = uuid4()
    yield number
    for key in broker.scan_iter(f"madoguchi:room:{{{number}}}:*"):
        broker.delete(key)


def _signed_in(staff: Staff) -> Client:
    browser = Client(headers={"host": "staff.midori.localhost"})
    sent = {"username": staff.staff_code, "staff_code": staff.staff_code, "password": PASSWORD}
    browser.post("/sign-in/", sent)
    return browser
