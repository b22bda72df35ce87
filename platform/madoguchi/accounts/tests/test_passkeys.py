"""Keys of devices: added, asked for beside a password and instead of one, and refused."""

import html
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.credentials import Passkey
from madoguchi.accounts.methods import policy
from madoguchi.accounts.methods.policy import SignInRules
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory
from madoguchi.accounts.tests.soft_key import PRESENT, SoftKey
from madoguchi.accounts.tests.test_sign_in import client_of, post
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db


def origin_of(city: City) -> str:
    parts = urlsplit(city.staff_url)
    return f"{parts.scheme}://{parts.netloc}"


def options_on(page: Any) -> dict[str, Any]:
    """Read what the page asks the browser for."""
    found = re.search(r'data-options="([^"]+)"', page.content.decode())
    assert found is not None
    options: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return options


def add_key(client: Client, city: City, *, flags: int | None = None) -> SoftKey:
    """Add a key on the page of one's own methods."""
    key = SoftKey(origin_of(city)) if flags is None else SoftKey(origin_of(city), flags=flags)
    options = options_on(client.get("/sign-in/methods/passkey/"))
    assert options["rp"]["id"] == urlsplit(city.staff_url).hostname
    body = {"name": "自席のパソコン", "answer": key.create(options)}
    assert client.post("/sign-in/methods/passkey/", body).status_code == 200
    return key


@pytest.fixture
def person(home: City) -> Staff:
    return StaffFactory.create(staff_code="A1001")


@pytest.fixture
def key(home: City, person: Staff) -> SoftKey:
    client = client_of(home)
    post(client, "A1001", PASSWORD)
    return add_key(client, home)


def test_a_key_is_the_second_step(home: City, key: SoftKey) -> None:
    client = client_of(home)
    post(client, "A1001", PASSWORD)
    assert client.get("/").status_code == 302
    options = options_on(client.get("/sign-in/second/"))
    assert client.post("/sign-in/second/", {"answer": key.sign(options)})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert Passkey.objects.get().sign_count == 1


def test_a_key_proves_again_that_it_is_the_same_person(home: City, key: SoftKey) -> None:
    client = client_of(home)
    post(client, "A1001", PASSWORD)
    options = options_on(client.get("/sign-in/second/"))
    client.post("/sign-in/second/", {"answer": key.sign(options)})
    with clock.frozen_at(clock.now() + timedelta(minutes=20)):
        prove = client.get("/sign-in/methods/passkey/")["Location"]
        options = options_on(client.get(prove))
        # Whoever has a second step does not get by with the password.
        assert client.post("/sign-in/methods/prove/", {"current": PASSWORD}).status_code == 422
        assert (
            client.post(prove, {"answer": key.sign(options, origin="https://evil.example")}).status_code
            == 422
        )
        options = options_on(client.get(prove))
        assert client.post(prove, {"answer": key.sign(options)})["Location"] == "/sign-in/methods/passkey/"
        assert client.get("/sign-in/methods/passkey/").status_code == 200


def test_a_key_that_checks_its_owner_opens_without_a_password(home: City, key: SoftKey) -> None:
    client = client_of(home)
    options = client.post("/sign-in/passkey/ask/").json()
    assert not options.get("allowCredentials")
    answer = client.post("/sign-in/passkey/", {"answer": key.sign(options), "next": "/password/"})
    assert answer["Location"] == "/password/"
    assert client.get("/").status_code == 200
    entry = AuditEntry.objects.filter(action="accounts.signed_in").latest("at")
    assert entry.details == {"method": ["passkey"]}


def test_a_key_that_checks_nobody_opens_nothing_alone(home: City, person: Staff) -> None:
    first = client_of(home)
    post(first, "A1001", PASSWORD)
    key = add_key(first, home, flags=PRESENT)
    client = client_of(home)
    options = client.post("/sign-in/passkey/ask/").json()
    assert client.post("/sign-in/passkey/", {"answer": key.sign(options)})["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302


def test_an_answer_is_good_once_on_one_host_for_five_minutes(home: City, key: SoftKey) -> None:
    client = client_of(home)
    options = client.post("/sign-in/passkey/ask/").json()
    answers = [key.sign(options, origin="https://evil.example"), "no json", "[]", "{}", "[" * 19_000]
    for answer in answers:
        client.post("/sign-in/passkey/ask/")
        assert client.post("/sign-in/passkey/", {"answer": answer})["Location"] == "/sign-in/"
    asked = client.post("/sign-in/passkey/ask/").json()
    with clock.frozen_at(clock.now() + timedelta(minutes=6)):
        assert client.post("/sign-in/passkey/", {"answer": key.sign(asked)})["Location"] == "/sign-in/"
    asked = client.post("/sign-in/passkey/ask/").json()
    good = key.sign(asked)
    assert client.post("/sign-in/passkey/", {"answer": good})["Location"] == "/"
    assert client_of(home).post("/sign-in/passkey/", {"answer": good})["Location"] == "/sign-in/"


def test_a_copied_key_is_noticed_by_its_counter(home: City, key: SoftKey) -> None:
    client = client_of(home)
    client.post("/sign-in/passkey/", {"answer": key.sign(client.post("/sign-in/passkey/ask/").json())})
    key.count -= 1
    other = client_of(home)
    options = other.post("/sign-in/passkey/ask/").json()
    assert other.post("/sign-in/passkey/", {"answer": key.sign(options)})["Location"] == "/sign-in/"


def test_somebody_elses_key_and_a_person_out_of_service_are_refused(home: City, key: SoftKey) -> None:
    StaffFactory.create(staff_code="A1002")
    theirs = client_of(home)
    post(theirs, "A1002", PASSWORD)
    add_key(theirs, home)
    client = client_of(home)
    post(client, "A1002", PASSWORD)
    options = options_on(client.get("/sign-in/second/"))
    assert client.post("/sign-in/second/", {"answer": key.sign(options)}).status_code == 422
    Staff.objects.filter(staff_code="A1001").update(is_active=False)
    options = client.post("/sign-in/passkey/ask/").json()
    assert client.post("/sign-in/passkey/", {"answer": key.sign(options)})["Location"] == "/sign-in/"


def test_a_key_of_one_city_opens_nothing_in_another(home: City, stranger: City, key: SoftKey) -> None:
    with in_city(stranger):
        StaffFactory.create(staff_code="A1001")
    client = client_of(stranger)
    options = client.post("/sign-in/passkey/ask/").json()
    assert options["rpId"] == urlsplit(stranger.staff_url).hostname
    assert client.post("/sign-in/passkey/", {"answer": key.sign(options)})["Location"] == "/sign-in/"


def test_a_city_without_passwordless_keys_offers_none(home: City, key: SoftKey) -> None:
    policy.keep(rules=SignInRules(allows_passwordless=False), actor=SYSTEM, now=clock.now())
    client = client_of(home)
    assert "パスキーでサインイン" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/passkey/ask/").status_code == 404
    assert client.post("/sign-in/passkey/", {"answer": "{}"})["Location"] == "/sign-in/"


def test_a_key_is_listed_and_taken_away_by_its_owner_only(home: City, key: SoftKey) -> None:
    number = Passkey.objects.get().id
    StaffFactory.create(staff_code="A1002")
    other = client_of(home)
    post(other, "A1002", PASSWORD)
    assert other.post(f"/sign-in/methods/passkey/{number}/remove/").status_code == 404
    mine = client_of(home)
    post(mine, "A1001", PASSWORD)
    mine.post("/sign-in/second/", {"answer": key.sign(options_on(mine.get("/sign-in/second/")))})
    assert "自席のパソコン" in mine.get("/sign-in/methods/").content.decode()
    mine.post(f"/sign-in/methods/passkey/{number}/remove/")
    assert not Passkey.objects.exists()
