"""A real clamd with one signature of our own: the test file on which all houses agreed."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from madoguchi.web.intake.adapters.simulator import EICAR

PLACES = ("/usr/sbin/clamd", "/usr/local/sbin/clamd")
START_SECONDS = 30


def clamd_program() -> str | None:
    """Find the daemon on this machine."""
    return shutil.which("clamd") or next((place for place in PLACES if Path(place).exists()), None)


@contextmanager
def running_clamd(folder: Path) -> Iterator[str]:
    """Run the daemon on this machine's loopback and give its address."""
    program = clamd_program()
    assert program is not None
    database = folder / "signatures"
    database.mkdir()
    (database / "test.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    port = _free_port()
    user = f"User {os.environ.get('USER', 'root')}" if os.geteuid() == 0 else ""
    written = folder / "clamd.conf"
    written.write_text(
        f"Foreground yes\nTCPSocket {port}\nTCPAddr 127.0.0.1\nLocalSocket {folder / 'clamd.sock'}\n"
        f"DatabaseDirectory {database}\nStreamMaxLength 30M\nConcurrentDatabaseReload no\n{user}\n"
    )
    log = (folder / "clamd.log").open("wb")
    process = subprocess.Popen([program, "-c", str(written)], stdout=log, stderr=log)
    try:
        _await(process, port, folder / "clamd.log")
        yield f"clamd://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        log.close()


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
            continue
        return
    raise AssertionError(log.read_text())
