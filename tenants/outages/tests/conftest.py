"""Outages of the suite's two cities, announced by an operator."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.test import Client
from psycopg.types.json import Jsonb

from madoguchi import clock
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import City, directory, find_city, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from tenants.outages import services
from tenants.outages.rules import Span

OPERATOR = Actor(kind="operator", id=str(UUID(int=7)), name="運用 花子")
REASONS = {"ja": "新しい版に更新するため", "ja-easy": "新しく する ため", "en": "We are updating the system."}


def at(text: str) -> datetime:
    """Read a moment as people in Japan write it."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.JAPAN)


NOW = at("2026-12-01T10:00")
SPAN = Span(at("2026-12-20T01:00"), at("2026-12-20T05:00"))


def announce(*, now: datetime = NOW, **wanted: Any) -> services.Announced:
    """Announce an outage to the home city, or as the test wants it."""
    facts: dict[str, Any] = {"span": SPAN, "reasons": REASONS, "codes": ["999997"], **wanted}
    with in_city(directory().operators()):
        return services.announce(wish=services.Wish(**facts), actor=OPERATOR, now=now)


def agree(code: str, **rules: Any) -> None:
    """Write what was agreed with a city."""
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute(
            "UPDATE tenants_contract AS contract"
            "   SET rules = rules || jsonb_build_object('contract', %s::jsonb)"
            "  FROM tenants_city AS city WHERE city.uuid = contract.city_id AND code = %s",
            [Jsonb(rules), code],
        )
    directory().forget()  # type: ignore[attr-defined]


def city(code: str = "999997") -> City:
    """Read a city anew, with its outages."""
    directory().forget()  # type: ignore[attr-defined]
    return find_city(code=code)


@pytest.fixture(autouse=True)
def clean(transactional_db: None) -> Iterator[None]:
    """Leave no outage and no other contract behind: the public schema outlives a test."""
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        agreed = owner.execute("SELECT uuid, rules FROM tenants_contract").fetchall()
        owner.execute("TRUNCATE tenants_outageofcity, tenants_plannedoutage")
    yield
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute("TRUNCATE tenants_outageofcity, tenants_plannedoutage")
        for number, rules in agreed:
            owner.execute("UPDATE tenants_contract SET rules = %s WHERE uuid = %s", [Jsonb(rules), number])
    directory().forget()  # type: ignore[attr-defined]


@pytest.fixture
def visitor() -> Client:
    """A resident before the site of the home city."""
    return Client(headers={"host": "midori.localhost"})


@pytest.fixture
def staff_as(home: City) -> Callable[..., Client]:
    """Sign a member of the home city's staff in, at the moment at which pages are looked at."""

    def browser(role: str = "city_admin", *, now: datetime = NOW, **facts: Any) -> Client:
        with clock.frozen_at(now), in_city(home):
            person = StaffFactory.create(roles=[role], **facts)
            return sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc.split(":")[0]}), person)

    return browser


@pytest.fixture
def operator_at() -> Callable[[datetime], Client]:
    """Sign an operator in, at a moment."""

    def browser(now: datetime) -> Client:
        world = directory().operators()
        with clock.frozen_at(now), in_city(world):
            person = StaffFactory.create(roles=["operator_admin"])
            return sign_in(Client(headers={"host": urlsplit(world.staff_url).netloc}), person)

    return browser


def minutes(number: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=number)
