"""The life of a city: one table of moves, written down in both worlds."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings

from madoguchi import clock
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.notifications import services as notifications
from madoguchi.residents import services as residents
from madoguchi.tenancy import City, directory, find_city, in_city
from madoguchi.testing.sources import ROOT
from tenants import states
from tenants.models import State
from tenants.rules import life

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Actor(kind="operator", id="op-1", name="運用 太郎")


@pytest.fixture(autouse=True)
def _active_again() -> Iterator[None]:
    """Every other test begins with an active city."""
    yield
    write("active")


def write(state: str) -> None:
    """Put the home city into a state without anybody's act."""
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute("UPDATE tenants_city SET state = %s WHERE code = '999997'", [state])
    directory().forget()  # type: ignore[attr-defined]


def change(city: City, to: str) -> None:
    """Do what the console does."""
    with in_city(directory().operators()):
        states.change_state(city=city, to=to, actor=OPERATOR, now=clock.now())


def entries(world: City) -> list[dict[str, str]]:
    """List what a world's audit list says about changes of state."""
    with in_city(world):
        found = AuditEntry.objects.filter(action=states.CHANGED).order_by("id")
        return [{**entry.details, "by": entry.actor_name} for entry in found]


@pytest.mark.parametrize(
    ("start", "to"),
    [(start, to) for start in State.values for to in State.values],
)
def test_only_the_moves_of_the_table_are_possible(start: str, to: str, home: City) -> None:
    write(start)
    if life.find_move(start=start, end=to):
        change(home, to)
        assert find_city(code=home.code).state == to
        return
    with pytest.raises(states.ImpossibleChange):
        change(home, to)
    assert find_city(code=home.code).state == start


def test_both_worlds_write_down_who_changed_what(home: City) -> None:
    for to in ("suspended", "active", "closing", "closed"):
        change(home, to)
    Relay().deliver_all()
    expected = [
        {"from": "active", "to": "suspended", "by": OPERATOR.name},
        {"from": "suspended", "to": "active", "by": OPERATOR.name},
        {"from": "active", "to": "closing", "by": OPERATOR.name},
        {"from": "closing", "to": "closed", "by": OPERATOR.name},
    ]
    assert entries(directory().operators()) == expected
    assert entries(home) == expected, "a closed city hears the last word, too"


def test_an_impossible_change_leaves_no_trace(home: City) -> None:
    with pytest.raises(states.ImpossibleChange):
        change(home, "test")
    assert entries(directory().operators()) == []
    with in_city(directory().operators()):
        assert not OutboxEvent.objects.filter(kind="tenants.city_state_changed").exists()


def test_a_city_of_its_own_cannot_change_a_state(home: City) -> None:
    with in_city(home), pytest.raises(Exception, match=r"permission denied|does not exist"):
        states.change_state(city=home, to="suspended", actor=OPERATOR, now=clock.now())


def test_what_waits_for_a_suspended_city_goes_out_once_it_is_resumed(home: City) -> None:
    now = clock.now() - timedelta(minutes=1)
    with in_city(home):
        contact = residents.contact_for(email="taro@example.jp", language="ja", now=now)
        notifications.notify(
            kind="card_reservation.start_link",
            contact=contact,
            values={"link": "https://midori.example/x"},
            key="a:1",
            now=now,
        )
    change(home, "suspended")
    Relay().deliver_all()
    with in_city(home):
        waiting = OutboxEvent.objects.get(kind="notifications.delivery")
        assert (waiting.done_at, waiting.attempts) == (None, 0)
    change(home, "active")
    Relay().deliver_all()
    with in_city(home):
        assert OutboxEvent.objects.get(kind="notifications.delivery").attempts == 1


def test_the_diagram_of_the_documents_is_the_table() -> None:
    document = (ROOT / "docs" / "how-to" / "life-of-a-city.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{life.diagram()}\n```" in document
