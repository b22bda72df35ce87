"""The mixed load in small; ten thousand requests run each night (tests/fuzz/mixed.py)."""

import subprocess
import sys

import pytest

from madoguchi.testing import sources
from madoguchi.testing.poolers import find_pgbouncer

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("mixed-load")]


def run(*options: str) -> str:
    """Run the load in a process of its own, and give what it says."""
    command = [sys.executable, "-m", "tests.fuzz.mixed", "--requests", "240", *options]
    done = subprocess.run(command, cwd=sources.ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_two_cities_served_at_once_never_meet() -> None:
    assert "240 requests" in run()


@pytest.mark.skipif(find_pgbouncer() is None, reason="PgBouncer is not installed")
def test_nor_do_they_behind_a_transaction_pooler_where_others_would() -> None:
    said = run("--pooler")
    assert "0 wrong, 0 unexpected" in said
    assert "control: the schema on the session, same pooler: 0 wrong" not in said
