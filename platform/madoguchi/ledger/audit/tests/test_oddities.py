"""What does not look like work is found in the list, once an hour and person."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.services import staff_actor
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit import oddities
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditAlert, AuditEntry
from madoguchi.ledger.audit.origin import originating
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db
STAFF = "staff.midori.localhost"
CLERK = Actor(kind="staff", id="S-104", name="佐藤 花子")


@pytest.fixture(autouse=True)
def quiet_hour() -> Iterator[None]:
    """Look at an hour in which nobody else was refused: refusals outlive the tests that met them."""
    with clock.frozen_at(datetime(2031, 3, 3, 1, 30, tzinfo=UTC)):
        yield


def read(people: range, *, actor: Actor = CLERK) -> None:
    audit.record_read(
        actor=actor,
        object_type="card_management.card",
        object_ids=[str(person) for person in people],
        purpose="list",
        now=clock.now(),
    )


def sign(act: str, *, address: str) -> None:
    with originating(request_id="r", address=address):
        audit.record(
            actor=CLERK, action=f"accounts.{act}", object_type="s", object_ids=["1"], now=clock.now()
        )


def kinds() -> list[str]:
    return list(AuditAlert.objects.values_list("kind", flat=True))


@pytest.mark.req("KUR-89")
def test_who_views_two_hundred_people_in_an_hour_is_seen_by_an_administrator(home: City) -> None:
    browser = sign_in(Client(headers={"host": STAFF}), StaffFactory.create(city_admin=True))
    clerk = StaffFactory.create(counter_clerk=True)
    watched = StaffFactory.create(city_admin=True, name="佐藤 花子")
    seen = staff_actor(watched)
    with originating(request_id="r-9", address="192.0.2.9"):
        read(range(199), actor=seen)
    entry = AuditEntry.objects.latest("id")
    assert (entry.actor_id, len(entry.object_ids), entry.details, entry.address) == (
        *(seen.id, 199, {"purpose": "list"}, "192.0.2.9"),
    )
    assert oddities.look(now=clock.now()) == 0
    assert "気になる操作を確かめる" not in browser.get("/").content.decode()

    read(range(100, 200), actor=seen)
    assert oddities.look(now=clock.now()) == 1
    assert oddities.look(now=clock.now()) == 0, "it is told once"
    assert AuditEntry.objects.filter(action="audit.alert_raised").count() == 1
    assert "気になる操作を確かめる" in browser.get("/").content.decode()

    alert = AuditAlert.objects.get()
    page = browser.get(f"/audit/alerts/{alert.id}/").content.decode()
    assert "1時間に多くの人の情報を見た" in page
    assert "200人" in page
    assert "佐藤 花子" in page
    assert browser.post(f"/audit/alerts/{alert.id}/", {"note": ""}).status_code == 422
    assert (
        sign_in(Client(headers={"host": STAFF}), watched)
        .post(f"/audit/alerts/{alert.id}/", {"note": "自分で見た。"})
        .status_code
        == 403
    ), "nobody closes what was found about them"
    browser.post(f"/audit/alerts/{alert.id}/", {"note": "発送作業。係長に確認した。"})
    assert browser.post(f"/audit/alerts/{alert.id}/", {"note": "もう一度"}).status_code == 409
    alert.refresh_from_db()
    assert alert.note == "発送作業。係長に確認した。"
    assert "気になる操作を確かめる" not in browser.get("/").content.decode()
    assert sign_in(Client(headers={"host": STAFF}), clerk).get("/audit/alerts/").status_code == 403


def test_the_same_person_again_and_again_is_one_person(home: City) -> None:
    for _time in range(30):
        read(range(50))
    assert oddities.look(now=clock.now()) == 0


def test_two_people_are_not_added_up(home: City) -> None:
    read(range(150))
    read(range(150, 300), actor=Actor(kind="staff", id="S-105", name="鈴木 一郎"))
    assert oddities.look(now=clock.now()) == 0


def test_one_sign_in_in_two_places_is_odd_and_a_move_is_not(home: City) -> None:
    sign("signed_in", address="192.0.2.1")
    sign("signed_out", address="192.0.2.1")
    sign("signed_in", address="192.0.2.2")
    assert oddities.look(now=clock.now()) == 0
    sign("signed_in", address="192.0.2.3")
    assert oddities.look(now=clock.now()) == 1
    assert kinds() == [oddities.TWO_PLACES]


def test_what_happened_at_the_end_of_the_hour_before_is_seen_too(home: City) -> None:
    read(range(250))
    assert oddities.look(now=clock.now() + timedelta(hours=1)) == 1


def test_many_refusals_are_odd(home: City) -> None:
    for _time in range(oddities.REFUSALS_AN_HOUR):
        audit.record(
            actor=CLERK,
            action=audit.DENIED,
            object_type="view",
            object_ids=[],
            details={"attempted": "accounts.denied"},
            now=clock.now(),
        )
    assert oddities.look(now=clock.now()) == 1
    assert kinds() == [oddities.MANY_REFUSALS]


def test_many_exported_rows_are_odd_whichever_lists_they_come_from(home: City) -> None:
    for rows in (600, 399):
        _export(rows)
    assert oddities.look(now=clock.now()) == 0
    _export(1)
    assert oddities.look(now=clock.now()) == 1
    assert kinds() == [oddities.MANY_EXPORTS]
    assert AuditAlert.objects.get().count == 1_000


def _export(rows: int) -> None:
    audit.record(
        actor=CLERK,
        action="accounts.list_exported",
        object_type="accounts.list",
        object_ids=["card_management.cards"],
        details={"rows": rows},
        now=clock.now(),
    )
