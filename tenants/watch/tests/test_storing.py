"""What is written of a minute, and how it is read again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi import clock
from madoguchi.tenancy import City, directory, in_city
from tenants.public import rows
from tenants.watch import queries, storing
from tenants.watch.probing import Sample
from tenants.watch.rules import Day

pytestmark = pytest.mark.django_db

MINUTE = datetime(2036, 4, 1, 0, 30, tzinfo=UTC)
DAY, NUMBER = date(2036, 4, 1), 9 * 60 + 30


@pytest.fixture(autouse=True)
def _as_operators() -> Iterator[None]:
    """Read and write in one transaction, which is rolled back."""
    with in_city(directory().operators()):
        yield


def test_a_minute_is_claimed_by_one_watcher() -> None:
    claims = [storing.claim(minute=MINUTE, holder=f"watcher {number}") for number in range(3)]
    assert claims == [True, False, False]
    assert storing.claim(minute=MINUTE + timedelta(minutes=1), holder="another")
    assert not storing.claim(minute=MINUTE, holder="late")


def test_what_is_written_is_one_statement_for_all_and_changes_no_other_minute(
    home: City, stranger: City
) -> None:
    samples = [Sample(home.uuid, "", False), Sample(home.uuid, "cms", True), Sample(stranger.uuid, "", True)]
    storing.keep(samples, minute=MINUTE)
    with CaptureQueriesContext(connection) as sent:
        storing.keep(samples[:1], minute=MINUTE + timedelta(minutes=2))
    assert len([query for query in sent if "tenants_watchday" in query["sql"]]) == 1
    expected = Day().seen(NUMBER, is_down=False).seen(NUMBER + 2, is_down=False)
    assert _days()[home.uuid, ""] == expected
    assert _days()[home.uuid, "cms"] == Day().seen(NUMBER, is_down=True)
    assert _days()[stranger.uuid, ""] == Day().seen(NUMBER, is_down=True)


def test_a_city_that_went_away_meanwhile_is_left_out(home: City) -> None:
    gone = Sample(uuid4(), "", False)
    storing.keep([gone, Sample(home.uuid, "", False)], minute=MINUTE)
    assert set(_days()) == {(home.uuid, "")}


def test_midnight_in_japan_begins_a_new_row(home: City) -> None:
    last = datetime(2036, 3, 31, 14, 59, tzinfo=UTC)
    storing.keep([Sample(home.uuid, "", True)], minute=last)
    storing.keep([Sample(home.uuid, "", False)], minute=last + timedelta(minutes=1))
    history = queries.days(city=home, first=date(2036, 3, 31), last=DAY, now=last + timedelta(minutes=2))
    shares = [(line.day, line.cells[0].share.down, line.cells[0].share.watched) for line in history.lines]
    assert shares == [(DAY, 0, 1), (date(2036, 3, 31), 1, 1)]
    assert history.total.cells[0].percent == "50.000"


def test_days_before_a_city_was_there_are_left_out(home: City) -> None:
    now = clock.now()
    today = clock.local(now).date()
    history = queries.days(city=home, first=today - timedelta(days=29), last=today, now=now)
    assert [line.day for line in history.lines] in ([today], [])


def test_a_plugin_that_was_off_is_not_counted(home: City) -> None:
    storing.keep([Sample(home.uuid, "", False), Sample(home.uuid, "cms", False)], minute=MINUTE)
    history = queries.days(city=home, first=DAY, last=DAY, now=MINUTE + timedelta(minutes=1))
    cells = dict(zip(history.labels, history.lines[0].cells, strict=True))
    assert cells["交付予約"].state is None
    assert cells["サイト全体"].state == "up"


def test_a_watcher_that_was_away_leaves_its_minutes_unknown(home: City) -> None:
    storing.keep([Sample(home.uuid, "", False)], minute=MINUTE)
    storing.keep([Sample(home.uuid, "", False)], minute=MINUTE + timedelta(minutes=5))
    line = queries.today(city=home, now=MINUTE + timedelta(minutes=6))[0]
    assert [(run.state, run.minutes) for run in line.runs][-3:] == [("up", 1), ("unknown", 4), ("up", 1)]
    assert (line.share.watched, line.share.down) == (2, 0)
    later = queries.today(city=home, now=MINUTE + timedelta(minutes=20))[0]
    assert later.state == "unknown"


def _days() -> dict[tuple[Any, str], Day]:
    found = rows("SELECT city_id, plugin, down, unknown FROM tenants_watchday", {})
    return {
        (row["city_id"], row["plugin"]): Day(down=bytes(row["down"]), unknown=bytes(row["unknown"]))
        for row in found
    }
