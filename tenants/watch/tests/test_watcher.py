"""The watcher on real cities: whose minute it is, what it writes, and what it does without a database."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIServer, make_server

import psycopg
import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError
from psycopg import sql

from madoguchi import clock
from madoguchi.tenancy import City
from tenants.public import rows
from tenants.watch import queries, storing, watcher
from tenants.watch.probing import Paces, Sample, Sweep
from tenants.watch.rules import Day
from tenants.watch.watcher import Watcher

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = datetime(2036, 4, 1, 0, 30, tzinfo=UTC)
DAY, NUMBER = date(2036, 4, 1), 9 * 60 + 30
PACES = Paces(probe=10.0, spread=0.0, sweep=20.0, at_once=8)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The real application behind a real socket, where the watcher looks for every city."""
    from wsgiref.simple_server import WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    with make_server("127.0.0.1", 0, get_wsgi_application(), _Server, Quiet) as server:
        at = f"127.0.0.1:{server.server_port}"
        monkeypatch.setitem(settings.MADOGUCHI, "PROBE_AT", {"residents": at, "staff": at})
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield at
        server.shutdown()


@pytest.fixture
def owner() -> Iterator[psycopg.Connection[Any]]:
    """Somebody who can break a city: the owner of its tables."""
    database = settings.DATABASES["default"]
    url = f"{settings.MADOGUCHI['OWNER_DATABASE_URL'].rpartition('/')[0]}/{database['NAME']}"
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def states(city: City, *, minute: datetime) -> dict[str, str]:
    seen = queries.today(city=city, now=minute + timedelta(minutes=1))
    return {line.plugin: line.state for line in seen}


@pytest.mark.req("DES-05")
def test_one_plugin_of_one_city_breaks_and_only_that_one_is_red(
    served: str, owner: psycopg.Connection[Any], home: City, stranger: City
) -> None:
    well = {"": "up", "cms": "up", "card_management": "up", "card_reservation": "up"}
    look = Watcher(paces=PACES).look

    look(minute=MINUTE)
    assert states(home, minute=MINUTE) == states(stranger, minute=MINUTE) == well

    table = sql.Identifier(home.schema_name, "card_reservation_slot")
    owner.execute(sql.SQL("ALTER TABLE {} RENAME TO card_reservation_away").format(table))
    look(minute=MINUTE + timedelta(minutes=1))
    assert states(home, minute=MINUTE + timedelta(minutes=1)) == {**well, "card_reservation": "down"}
    assert states(stranger, minute=MINUTE + timedelta(minutes=1)) == well
    fleet = queries.fleet_today(now=MINUTE + timedelta(minutes=2))
    assert (fleet[home.uuid], fleet[stranger.uuid]) == ("down", "up")

    away = sql.Identifier(home.schema_name, "card_reservation_away")
    owner.execute(sql.SQL("ALTER TABLE {} RENAME TO card_reservation_slot").format(away))
    look(minute=MINUTE + timedelta(minutes=2))
    assert states(home, minute=MINUTE + timedelta(minutes=2)) == well

    booking = {line.plugin: line for line in queries.today(city=home, now=MINUTE + timedelta(minutes=3))}
    assert [(stop.start, stop.end, stop.minutes) for stop in booking["card_reservation"].stops] == [
        ("9:31", "9:32", 1)
    ]
    assert booking[""].stops == ()
    assert booking["card_reservation"].share.unknown == NUMBER


def test_a_table_that_somebody_locks_reddens_its_plugin_alone(
    served: str, owner: psycopg.Connection[Any], home: City, stranger: City
) -> None:
    with owner.transaction():
        owner.execute(
            sql.SQL("LOCK TABLE {}").format(sql.Identifier(home.schema_name, "card_management_card"))
        )
        Watcher(paces=PACES).look(minute=MINUTE)
    found = states(home, minute=MINUTE)
    assert found == {"": "up", "cms": "up", "card_management": "down", "card_reservation": "up"}
    assert "down" not in states(stranger, minute=MINUTE).values()


def test_a_whole_city_without_rights_is_red_and_its_neighbour_is_not(
    served: str, owner: psycopg.Connection[Any], home: City, stranger: City
) -> None:
    schema, away = sql.Identifier(home.schema_name), sql.Identifier("c_away")
    owner.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(schema, away))
    Watcher(paces=PACES).look(minute=MINUTE)
    assert set(states(home, minute=MINUTE).values()) == {"down"}
    assert set(states(stranger, minute=MINUTE).values()) == {"up"}


def test_of_many_watchers_at_once_one_has_the_minute() -> None:
    from django.db import connections

    won = []

    def try_to_claim(number: int) -> None:
        won.append(storing.claim(minute=MINUTE, holder=str(number)))
        connections.close_all()

    threads = [threading.Thread(target=try_to_claim, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1


def test_rounds_wait_for_the_database_and_none_is_lost(home: City, monkeypatch: pytest.MonkeyPatch) -> None:
    watching, keep = Watcher(paces=PACES), storing.keep
    monkeypatch.setattr(watcher, "targets", lambda cities: [])

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(storing, "keep", fail)
    monkeypatch.setattr(Sweep, "run", lambda self, targets, beside=None: [Sample(home.uuid, "", True)])
    watching.look(minute=MINUTE)
    watching.look(minute=MINUTE + timedelta(minutes=1))
    assert _days() == {}
    monkeypatch.setattr(storing, "keep", keep)
    watching.look(minute=MINUTE + timedelta(minutes=2))
    day = _days()[home.uuid, ""]
    assert [day.state(NUMBER + number) for number in range(4)] == ["down", "down", "down", "unknown"]


def test_a_round_leaves_word_of_itself_and_of_the_outboxes(served: str, home: City) -> None:
    assert queries.last_round() is None
    assert Watcher(paces=PACES).look_once()
    found = queries.last_round()
    assert found is not None
    assert found.cities == 2
    assert found.outbox_waiting is not None
    assert found.seconds is not None
    assert not Watcher(paces=PACES).look_once()


def test_a_watcher_begins_with_a_minute_it_claims_and_stops_when_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[datetime] = []
    watching = Watcher(paces=PACES)

    def look(self: Watcher, *, minute: datetime) -> None:
        looked.append(minute)
        threading.Timer(0.2, watching.stop).start()

    monkeypatch.setattr(Watcher, "look", look)
    monkeypatch.setattr(storing, "database_time", lambda: MINUTE + timedelta(seconds=1))
    begin = time.monotonic()
    watching.run()
    assert looked == [MINUTE]
    assert time.monotonic() - begin < 5


def test_a_watcher_that_comes_late_waits_for_the_next_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    watching = Watcher(paces=PACES)
    monkeypatch.setattr(storing, "database_time", lambda: MINUTE + timedelta(seconds=20))
    threading.Timer(0.2, watching.stop).start()
    watching.run()
    assert queries.last_round() is None


def test_without_a_database_a_minute_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[datetime] = []
    watching = Watcher(paces=PACES)

    def fail(**_: Any) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(Watcher, "look", lambda self, *, minute: looked.append(minute))
    monkeypatch.setattr(storing, "database_time", fail)
    monkeypatch.setattr(storing, "claim", fail)
    threading.Timer(0.3, watching.stop).start()
    with clock.frozen_at(MINUTE + timedelta(seconds=1)):
        watching.run()
    assert looked == [MINUTE]


def test_a_change_is_told_once(
    home: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watcher, "targets", lambda cities: [])
    down = [[True], [True], [False]]

    def run(self: Sweep, targets: list[Any], beside: Any = None) -> list[Sample]:
        return [Sample(home.uuid, "", is_down) for is_down in down.pop(0)]

    monkeypatch.setattr(Sweep, "run", run)
    watching = Watcher(paces=PACES)
    for number in range(3):
        watching.look(minute=MINUTE + timedelta(minutes=number))
    told = [record.getMessage() for record in caplog.records if record.name == "tenants.watch.watcher"]
    assert told == ["1 of 2 cities are down: みどり市", "0 of 2 cities are down: none"]


def _days() -> dict[tuple[Any, str], Day]:
    found = rows("SELECT city_id, plugin, down, unknown FROM tenants_watchday", {})
    return {
        (row["city_id"], row["plugin"]): Day(down=bytes(row["down"]), unknown=bytes(row["unknown"]))
        for row in found
    }
