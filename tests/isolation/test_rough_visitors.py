"""Rough visitors in small: the same seed, a few hundred cases; fifty thousand run each night."""

import subprocess
import sys

import pytest

from madoguchi.testing import sources

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("mixed-load")]


@pytest.mark.req("DES-02")
def test_no_visitor_however_rough_meets_another_city_or_breaks_a_page() -> None:
    """Pages, APIs, exports, searches, cache, queues, mails, files and rows of both cities, after straying."""
    command = [sys.executable, "-m", "tests.fuzz.hostile", "--cases", "300", "--seed", "20261121"]
    done = subprocess.run(command, cwd=sources.ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "300 cases" in done.stdout
    assert " 0 failures" in done.stdout
