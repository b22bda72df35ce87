"""The page for a monitor: every line readable, nothing of a resident, two queries."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError

from madoguchi.tenancy import City
from madoguchi.web.counters import Counters
from tenants.watch import metrics, queries, storing
from tenants.watch.probing import Sample
from tenants.watch.storing import Waiting

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = datetime(2036, 4, 1, 0, 30, tzinfo=UTC)
LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.]+')


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Counters of this test alone."""
    monkeypatch.setitem(settings.MADOGUCHI, "METRICS", str(tmp_path))
    return tmp_path


def read() -> dict[str, float]:
    page = metrics.page(now=MINUTE + timedelta(minutes=1))
    lines = [line for line in page.splitlines() if not line.startswith("#")]
    assert page.endswith("\n")
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_answers_of_a_city_are_told(folder: Path) -> None:
    counters = Counters(folder)
    counters.count(city="999997", status=200, seconds=0.2)
    counters.count(city="999997", status=500, seconds=4.0)
    found = read()
    assert found['madoguchi_requests_total{city="999997",class="ok"}'] == 1
    assert found['madoguchi_requests_total{city="999997",class="5xx"}'] == 1
    assert found['madoguchi_request_seconds_bucket{city="999997",le="0.1"}'] == 0
    assert found['madoguchi_request_seconds_bucket{city="999997",le="0.3"}'] == 1
    assert found['madoguchi_request_seconds_bucket{city="999997",le="+Inf"}'] == 2
    assert found['madoguchi_request_seconds_count{city="999997"}'] == 2
    assert found['madoguchi_request_seconds_sum{city="999997"}'] == pytest.approx(4.2)


def test_probes_and_the_round_are_told(home: City, stranger: City) -> None:
    storing.claim(minute=MINUTE, holder="here")
    storing.keep([Sample(home.uuid, "", False), Sample(home.uuid, "cms", True)], minute=MINUTE)
    storing.note(
        minute=MINUTE,
        cities=2,
        took=timedelta(seconds=3),
        outbox=Waiting(waiting=4, dead=1, oldest_seconds=12.5),
    )
    found = read()
    assert found['madoguchi_probe_up{city="999997",plugin="site"}'] == 1
    assert found['madoguchi_probe_up{city="999997",plugin="cms"}'] == 0
    assert not any(stranger.code in name for name in found)
    assert found["madoguchi_outbox_waiting"] == 4
    assert found["madoguchi_outbox_oldest_seconds"] == 12.5
    assert found["madoguchi_watch_round_timestamp_seconds"] == MINUTE.timestamp()


def test_requests_are_told_while_the_database_is_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("away")

    Counters(folder).count(city="999997", status=200, seconds=0.2)
    monkeypatch.setattr(queries, "fleet_now", fail)
    assert read()['madoguchi_requests_total{city="999997",class="ok"}'] == 1
