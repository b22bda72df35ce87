"""The pack in one: whatever a stranger tries, he is refused, and nothing opens by accident."""

import pytest
from django.test import Client

from madoguchi.tenancy import City, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from madoguchi.web.api import limits
from madoguchi.web.api.tests.machines import program, token_for
from tests.security.conftest import Seen
from tests.security.test_01_sql_injection import breaks
from tests.security.test_05_scripts import echoes

HOME, STRANGER = {"host": "staff.midori.localhost"}, {"host": "staff.kasumi.localhost"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("KUM-38")
def test_whatever_a_stranger_tries_fails_closed(
    walked: dict[str, Seen], home: City, stranger: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 5)
    with in_city(home):
        clerk = StaffFactory.create(roles=["counter_clerk"])
        administrator = StaffFactory.create(roles=["city_admin"])
        own = sign_in(Client(headers=HOME, enforce_csrf_checks=True), clerk)
        made = token_for("places.view_places")
    # SQL and scripts, in every parameter of every address.
    assert [door for door, seen in walked.items() if breaks(seen) or echoes(seen)] == []
    # A right address of something that is not for this person, and a form from elsewhere.
    assert own.get(f"/staff/{administrator.pk}/").status_code == 403
    assert own.post("/reservations/new/", {}).status_code == 403
    # The session and the token of one city in another.
    thief = Client(headers=STRANGER)
    thief.cookies["sessionid"] = own.cookies["sessionid"].value
    assert thief.get("/").status_code == 302
    assert program(made.text, host=STRANGER["host"]).get("/api/v1/places/").status_code == 404
    # Too much of anything.
    asked = [program(made.text).get("/api/v1/places/").status_code for _turn in range(7)]
    assert (asked[0], asked[-1]) == (200, 429)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("DES-11")
def test_the_machine_api_keeps_to_its_city_its_allowance_and_its_schema(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.validation import validate_schema

    monkeypatch.setattr(limits, "PER_MINUTE", 3)
    with in_city(home):
        made = token_for("places.view_places")
        generator = SchemaGenerator(urlconf="deploy.urls.staff")
        schema = generator.get_schema(request=None, public=True)
    validate_schema(schema)
    assert "/api/v1/places/" in schema["paths"]
    there = program(made.text, host=STRANGER["host"]).get("/api/v1/places/")
    assert (there.status_code, there.json()["code"]) == (404, "not_found")
    here = program(made.text)
    assert here.get("/api/v1/places/").status_code == 200
    assert here.post("/api/v1/imports/").status_code == 403
    answers = [here.get("/api/v1/places/") for _turn in range(4)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
