"""The suites end with everything they started."""

import os
import sys
import time
from pathlib import Path

from deploy.local import testing

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(600)
"""


def test_a_program_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    named = tmp_path / "child"
    command = (sys.executable, "-c", PARENT, str(named))
    assert testing._finish(command, dict(os.environ), seconds=3) == testing.TOOK_TOO_LONG
    child = int(named.read_text())
    until = time.monotonic() + 10
    while _runs(child) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _runs(child)


def test_the_exit_code_of_a_program_is_told(tmp_path: Path) -> None:
    assert testing._finish((sys.executable, "-c", "raise SystemExit(7)"), dict(os.environ)) == 7


def _runs(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
