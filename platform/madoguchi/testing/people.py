"""The cast of people: one of each, the same in every test.

A resident has a card waiting; a proxy comes for somebody else; a counter clerk, a call-centre
agent, a city admin and an auditor work for the home city; the stranger works for another one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from madoguchi.hooks.contracts.pickups import MonthDay
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import City, directory

RESIDENT_HEADERS = {"accept-language": "ja"}


@dataclass(frozen=True)
class Person:
    """Somebody who lives in the city; every word about them is invented."""

    name: str
    kana: str
    born_on: date
    reference: str
    email: str

    @property
    def birthday(self) -> MonthDay:
        """What the resident's form asks for."""
        return MonthDay(self.born_on.month, self.born_on.day)

    @property
    def birthday_text(self) -> str:
        """How most people type it."""
        return f"{self.born_on:%m%d}"

    @property
    def actor(self) -> Actor:
        """Who stands in the audit log when this person acts."""
        return Actor(kind="resident", id=self.reference, name="")


RESIDENT = Person(
    name="緑川 花子",
    kana="ミドリカワ ハナコ",
    born_on=date(1988, 2, 29),
    reference="TST000001",
    email="hanako@resident.example",
)
PROXY = Person(
    name="緑川 太郎",
    kana="ミドリカワ タロウ",
    born_on=date(1985, 4, 1),
    reference="TST000002",
    email="taro@resident.example",
)
NAMESAKE = Person(
    name="霞 一郎",
    kana="カスミ イチロウ",
    born_on=date(1970, 12, 31),
    reference=RESIDENT.reference,
    email="ichiro@resident.example",
)
"""Somebody else whose notice carries the resident's number."""


def host(address: str) -> str:
    """Name the host of an address such as a city's resident_url."""
    return address.partition("://")[2]


@pytest.fixture
def home_as(home: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], City]]:
    """Let the home city be in another state of its life for the rest of the test."""
    known = directory()
    real = known.host

    def enter(state: str) -> City:
        city: City = replace(home, state=state)  # type: ignore[type-var]

        def host(name: str) -> Any:
            found: Any = real(name)
            return replace(found, city=city) if found and found.city == home else found

        monkeypatch.setattr(known, "host", host)
        connection.set_tenant(city)  # type: ignore[attr-defined]
        return city

    yield enter
    connection.set_tenant(home)  # type: ignore[attr-defined]


@pytest.fixture
def resident() -> Person:
    """Whose card waits; born on 29 February."""
    return RESIDENT


@pytest.fixture
def proxy() -> Person:
    """Who comes together with the resident, or in their place."""
    return PROXY


@pytest.fixture
def namesake() -> Person:
    """Whose notice has the resident's number and another birthday."""
    return NAMESAKE


@pytest.fixture
def resident_client(home: City) -> Client:
    """The browser of somebody who lives in the home city."""
    return Client(headers={"host": host(home.resident_url), **RESIDENT_HEADERS})


@pytest.fixture
def staff_client(home: City) -> Client:
    """A browser in the home city's offices that nobody has signed in with."""
    return Client(headers={"host": host(home.staff_url)})


@pytest.fixture
def hire() -> Callable[..., Any]:
    """Give the home city a member of staff; facts and traits are StaffFactory's."""
    from madoguchi.testing.factories import StaffFactory

    def hired(**facts: Any) -> Any:
        return StaffFactory.create(**facts)

    return hired


@pytest.fixture
def signed_in(staff_client: Client) -> Callable[[Any], Client]:
    """Sign a member of staff in and give the browser."""
    from madoguchi.testing.factories import sign_in

    def browser_of(staff: Any) -> Client:
        return sign_in(staff_client, staff)

    return browser_of


@pytest.fixture
def counter_clerk(hire: Callable[..., Any]) -> Any:
    """Who hands the cards over."""
    return hire(counter_clerk=True)


@pytest.fixture
def call_centre_agent(hire: Callable[..., Any]) -> Any:
    """Who books for callers."""
    return hire(call_centre_agent=True)


@pytest.fixture
def city_admin(hire: Callable[..., Any]) -> Any:
    """Who looks after staff, texts and pages."""
    return hire(city_admin=True)


@pytest.fixture
def auditor(hire: Callable[..., Any]) -> Any:
    """Who reads what others did."""
    return hire(auditor=True)
