"""What a city chose of its look reaches pages that ask no table of the city."""

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.brand import queries, services
from madoguchi.brand.memory import memory
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.tenancy import City, directory, in_city
from madoguchi.web.brands import known_of
from tenants.models import City as CityRow

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = Actor(kind="staff", id="100001", name="緑川 管理")


def heard(home: City, **chosen: str) -> City:
    """Choose, and let the relay tell everybody."""
    with in_city(home):
        services.publish(chosen=chosen, logo=None, actor=ADMIN, now=clock.now())
    Relay().deliver_all()
    found = directory().by_code(home.code)
    assert found is not None
    return found


def test_the_list_of_cities_hears_what_a_city_shows(home: City) -> None:
    city = heard(home, phone="0942-30-9000", hue="purple")
    assert known_of(city)["phone"] == "0942-30-9000"
    assert known_of(city)["hue"] == "purple"
    # What the contract began with stays, so that the city can go back to it.
    assert city.brand["phone"] == home.brand["phone"]
    with in_city(home):
        services.go_back_to_start(actor=ADMIN, now=clock.now())
    Relay().deliver_all()
    city = directory().by_code(home.code) or home
    assert known_of(city)["phone"] == home.brand["phone"]


def test_a_closed_door_names_the_number_that_holds_now(home: City) -> None:
    heard(home, phone="0942-30-9000")
    memory.forget()
    with in_city(directory().operators()):
        CityRow.objects.filter(code=home.code).update(state="suspended")
    directory().forget()  # type: ignore[attr-defined]
    answer = Client().get("/", headers={"host": "midori.localhost"})
    assert answer.status_code == 503
    assert "0942-30-9000" in answer.content.decode()


def test_nothing_is_heard_of_a_draft(home: City) -> None:
    with in_city(home):
        services.keep_draft(chosen={"phone": "0942-30-9000"}, logo=None, actor=ADMIN, now=clock.now())
        assert queries.draft() is not None
    Relay().deliver_all()
    assert known_of(directory().by_code(home.code) or home) == home.brand
