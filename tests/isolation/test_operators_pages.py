"""Operators see counts, contracts and states of a city, and never a word of anybody in it."""

from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.services import staff_actor
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.tenancy import City, directory, in_city
from tenants.console.wizard import STEPS
from tenants.provisioning import orders
from tests.isolation.doors import doors
from tests.isolation.worlds import BORN_ON, REFERENCE, furnish, outage_of

pytestmark = pytest.mark.django_db(transaction=True)
MARK = "ZZ-CANARY"


@pytest.fixture
def operator(home: City) -> tuple[Client, dict[str, str]]:
    """An administrator of ours, and the keys of everything there is to open."""
    world = directory().operators()
    furnish(city=home, mark=MARK)
    with in_city(world):
        chief = StaffFactory.create(roles=["operator_admin"], name="運用 一")
        client = sign_in(Client(headers={"host": urlsplit(world.staff_url).netloc}), chief)
        request_id = orders.draft(profile={}, actor=staff_actor(chief), now=clock.now())
    run_id = _a_run_that_stopped(home)
    keys = {"code": home.code, "plugin": "card_reservation", "staff_id": str(uuid4())}
    outage_id = outage_of(home)
    return client, {**keys, "request_id": str(request_id), "run_id": run_id, "outage_id": outage_id}


def _a_run_that_stopped(city: City) -> str:
    """Write a run of the fleet as its own process would: operators may only read it."""
    run_id, now = str(uuid4()), clock.now()
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute(
            "INSERT INTO tenants_fleetrun (uuid, version, outcome, canary, schemas, jobs, started_at)"
            " VALUES (%s, '0', 'stopped', %s, 2, 1, %s)",
            [run_id, city.schema_name, now],
        )
        owner.execute(
            "INSERT INTO tenants_fleetstep"
            " (run_id, schema_name, is_done, attempts, migrations, seconds, error, ended_at)"
            " VALUES (%s, %s, false, 1, 1, 0.1, 'LockNotAvailable', %s)",
            [run_id, city.schema_name, now],
        )
    return run_id


def test_no_page_of_the_operators_shows_anybody_of_a_city(operator: tuple[Client, dict[str, str]]) -> None:
    client, keys = operator
    answers = {"to": ("on", "off", "closing", "sample"), "step": [step.key for step in STEPS]}
    seen = set()
    for door in doors("operators"):
        (open_name,) = [name for name in door.parameters if name in answers] or [""]
        for value in answers.get(open_name, ("",)):
            address = door.address({**keys, open_name: value})
            for method in (client.get, client.post):
                answer = method(address)
                assert answer.status_code < 500, address
                page = (answer.getvalue() if answer.streaming else answer.content).decode(errors="replace")
                leaked = [word for word in (MARK, REFERENCE, BORN_ON) if word in page]
                assert not leaked, f"{address} shows {leaked}"
                seen.add((door.name, answer.status_code))
            if door.name in {"sign_out", "switch_person", "password_change"}:
                with in_city(directory().operators()):
                    chief = StaffFactory.create(roles=["operator_admin"])
                    client = sign_in(Client(headers={"host": client.defaults["HTTP_HOST"]}), chief)
    opened = {name for name, status in seen if status == 200}
    assert {"staff_home", "city_page", "city_counts", "city_switch", "city_state", "city_contract"} <= opened
    assert {"fleet_runs", "fleet_run", "request_list", "request_page", "request_step", "audit_list"} <= opened
    assert {"outage_list", "outage_new", "outage_page", "outage_change"} <= opened


def test_the_positive_control_of_the_canary(operator: tuple[Client, dict[str, str]], home: City) -> None:
    with in_city(home):
        clerk = StaffFactory.create(roles=["city_admin"])
        inside = sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), clerk)
    assert MARK in inside.get("/staff/").content.decode()
    assert MARK in inside.get("/cards/").content.decode()
