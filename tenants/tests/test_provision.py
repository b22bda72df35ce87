"""Our operators' wishes for cities become cities, once, whatever is killed on the way."""

import os
import subprocess
import sys
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from django.test import Client

from madoguchi import clock
from madoguchi.accounts import services as accounts
from madoguchi.accounts.errors import ResetCodeRefused
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import StaffFactory
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, directory, find_city, in_city
from madoguchi.testing.sources import ROOT
from tenants.models import ProvisioningRequest
from tenants.provisioning import orders
from tenants.provisioning.provisioner import Provisioner

# Roles belong to the whole server: two workers must not make or drop the same one at once.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("roles")]

WISH: dict[str, Any] = {
    "city": {
        "code": "999971",
        "slug": "hikari",
        "name": "ひかり市",
        "name_kana": "ヒカリシ",
        "name_en": "Hikari City",
        "prefecture": "架空県",
        "phone": "000-0000-0003",
        "brand": {"hue": "cyan", "mark": "sun", "contact": "市民課", "hours": "平日9時から17時"},
    },
    "plugins": {"active": ["card_reservation"]},
    "contract": {"starts_on": "2026-12-01", "ends_on": "2031-03-31", "notice_days": 14},
    "staff": [{"staff_code": "A1", "name": "初代 管理", "role": "city_admin"}],
    "booking": {"capacity": 4},
    "places": [
        {
            "code": "main",
            "name": "ひかり市役所",
            "address": "架空県ひかり市1",
            "phone": "000-0000-0003",
            "public": True,
            "hours": [{"weekdays": [0, 1, 2, 3, 4], "opens": "09:00", "closes": "16:30"}],
        }
    ],
}


def provision(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run the process once, as the supervisor would."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "provision", "--once"],
        env={**os.environ, "MADOGUCHI_DATABASE_MODE": "owner", **environment},
        capture_output=True,
        text=True,
    )


def test_the_owners_password_goes_to_a_server_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    address = {"host": "db", "password": "word", "sslmode": "verify-full", "sslrootcert": "/ca.crt"}
    told: dict[str, Any] = {}

    def connect(**given: Any) -> None:
        told.update(given)
        raise psycopg.OperationalError

    monkeypatch.setattr(connections["default"], "get_connection_params", lambda: address)
    monkeypatch.setattr(psycopg, "connect", connect)
    with pytest.raises(psycopg.OperationalError):
        Provisioner().fulfil_all()
    assert address.items() <= told.items()


def test_a_wish_asks_for_no_password_and_for_no_life_without_a_trial() -> None:
    city = {**WISH["city"], "state": "active"}
    profile = orders.to_profile({**WISH, "city": city, "demo_password": "known-to-everybody"})
    assert profile.city["state"] == "test"
    assert set(profile.content) == set(WISH)


def operators() -> City:
    return directory().operators()


def wish(**changes: Any) -> tuple[UUID, Actor]:
    """Send a wish in the name of a new operator."""
    with in_city(operators()):
        operator = StaffFactory.create(roles=["operator"], name="運用 花子")
        actor = accounts.staff_actor(operator)
        request_id = orders.draft(profile={**WISH, **changes}, actor=actor, now=clock.now())
        orders.send(request_id=request_id, actor=actor, now=clock.now())
    return request_id, actor


def state_of(request_id: UUID) -> ProvisioningRequest:
    with in_city(operators()):
        return orders.find(request_id=request_id)


def test_a_wish_becomes_a_city_whose_first_administrator_signs_in_with_the_code() -> None:
    request_id, actor = wish()
    done = provision()
    assert done.returncode == 0, done.stderr
    assert state_of(request_id).state == "done", (state_of(request_id).error_text, done.stderr)
    directory().forget()  # type: ignore[attr-defined]
    city = find_city(code="999971")
    with in_city(operators()):
        code = orders.reveal_code(request_id=request_id, actor=actor, now=clock.now())
        with pytest.raises(orders.CodeGone):
            orders.reveal_code(request_id=request_id, actor=actor, now=clock.now())
        assert AuditEntry.objects.filter(
            action="tenants.first_code_shown", object_ids__contains=["999971"]
        ).exists()
        row = orders.find(request_id=request_id)
        assert row.sealed_code is None
        assert "初代 管理" not in str(row.profile)
    with in_city(city):
        staff = accounts.use_reset_code(code=code, password="a-long-new-one-9", now=clock.now())
        assert staff.check_password("a-long-new-one-9")
    assert Client().get("/", headers={"host": "hikari.localhost"}).status_code == 200

    assert provision().stdout.strip() == "wishes: 0"


def test_a_wish_that_cannot_come_true_says_why_and_can_be_corrected() -> None:
    request_id, actor = wish(city={**WISH["city"], "slug": "midori"})
    provision()
    failed = state_of(request_id)
    assert (failed.state, failed.error) == ("failed", "city_exists")
    with in_city(operators()):
        orders.change(request_id=request_id, sections={"city": WISH["city"]}, actor=actor, now=clock.now())
        orders.send(request_id=request_id, actor=actor, now=clock.now())
    provision()
    assert state_of(request_id).state == "done"
    with in_city(find_city(code="999971")):
        assert Staff.objects.get().staff_code == "A1"


def test_a_lost_code_is_issued_anew_until_the_administrator_has_a_password() -> None:
    request_id, actor = wish()
    provision()
    with in_city(operators()):
        first = orders.reveal_code(request_id=request_id, actor=actor, now=clock.now())
        orders.ask_again(request_id=request_id, actor=actor, now=clock.now())
    provision()
    with in_city(operators()):
        second = orders.reveal_code(request_id=request_id, actor=actor, now=clock.now())
    directory().forget()  # type: ignore[attr-defined]
    with in_city(find_city(code="999971")):
        with pytest.raises(ResetCodeRefused):
            accounts.use_reset_code(code=first, password="a-long-new-one-9", now=clock.now())
        accounts.use_reset_code(code=second, password="a-long-new-one-9", now=clock.now())
    with in_city(operators()):
        orders.ask_again(request_id=request_id, actor=actor, now=clock.now())
    provision()
    refused = state_of(request_id)
    assert (refused.error, refused.sealed_code) == ("already_signed_in", None)
    with in_city(operators()), pytest.raises(orders.RequestClosed):
        orders.send(request_id=request_id, actor=actor, now=clock.now())
