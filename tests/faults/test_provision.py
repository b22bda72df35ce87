"""kill -9 while a wished-for city is being made: no half city, and the wish comes true all the same."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from madoguchi.tenancy import directory, find_city
from madoguchi.testing.sources import ROOT
from tenants.tests.test_provision import WISH, state_of, wish

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN_SECONDS = 120


def start() -> "subprocess.Popen[bytes]":
    """Start the process that makes cities."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "provision"],
        env={**os.environ, "MADOGUCHI_DATABASE_MODE": "owner"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def traces() -> tuple[int, int, int]:
    """Count what there is of the city: its schema, its row, its hosts."""
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        row = owner.execute(
            "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = 'c_999971'),"
            " (SELECT count(*) FROM tenants_city WHERE code = '999971'),"
            " (SELECT count(*) FROM tenants_domain WHERE domain LIKE '%hikari%')"
        ).fetchone()
    assert row is not None
    return (row[0], row[1], row[2])


def wait_for_step(request_id: object, steps: set[str]) -> str:
    """Wait until the wish has come to one of these steps, and name it."""
    until = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < until:
        row = state_of(request_id)  # type: ignore[arg-type]
        if row.state in ("done", "failed") or row.step in steps:
            return row.state if row.state in ("done", "failed") else row.step
        time.sleep(0.005)
    raise AssertionError("nothing happened")


def test_a_killed_process_leaves_no_half_city_and_the_next_one_finishes() -> None:
    request_id, _actor = wish()
    killed = []
    for steps in ({"template"}, {"schema"}, {"key"}):
        child = start()
        killed.append(wait_for_step(request_id, steps))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        # A killed backend ends when it notices; nobody sees its transaction meanwhile.
        assert traces() in {(0, 0, 0), (1, 1, 2)}
    child = start()
    try:
        assert wait_for_step(request_id, set()) == "done", state_of(request_id).error_text
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)
    assert traces() == (1, 1, 2)
    assert set(killed) & {"template", "schema", "key"}, killed
    assert state_of(request_id).sealed_code is not None
    directory().forget()  # type: ignore[attr-defined]
    city = find_city(code=str(WISH["city"]["code"]))
    assert (Path(settings.MADOGUCHI["KEY_STORE"]) / str(city.uuid)).is_dir()


def test_two_processes_never_make_cities_at_the_same_time() -> None:
    request_id, _actor = wish()
    first, second = start(), start()
    try:
        assert wait_for_step(request_id, set()) == "done"
        assert state_of(request_id).attempts == 1
    finally:
        for child in (first, second):
            child.send_signal(signal.SIGTERM)
            child.wait(30)
