"""A real SMB server over a folder, for the tests: Samba's, set up in a temporary folder of its own."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CONFIGURATION = """
[global]
  netbios name = CITYFILES
  server role = standalone server
  smb ports = {port}
  interfaces = 127.0.0.1
  bind interfaces only = yes
  disable netbios = yes
  private dir = {state}
  lock directory = {state}
  state directory = {state}
  cache directory = {state}
  pid directory = {state}
  ncalrpc dir = {state}/ncalrpc
  passdb backend = tdbsam:{state}/passdb.tdb
  username map = {state}/users
  map to guest = bad user
  guest account = nobody
  load printers = no
  printcap name = /dev/null
  log file = {state}/log
  {more}
[juki]
  path = {folder}
  read only = yes
  valid users = nobody
  force user = root
[open]
  path = {folder}
  guest ok = yes
  force user = root
"""
SERVER = shutil.which("smbd") or shutil.which("smbd", path="/usr/sbin")
needs_samba = pytest.mark.skipif(
    SERVER is None or os.geteuid() != 0,
    reason="no SMB server to be tried: install Debian's samba, and run as root, who alone may start it",
)


@contextmanager
def smb_server(folder: Path, *, state: Path, more: str = "") -> Iterator[int]:
    """Run Samba over a folder, shared as «juki»; its user is juki, the password himitsu."""
    state.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    configuration = state / "smb.conf"
    configuration.write_text(
        CONFIGURATION.format(port=port, state=state, folder=folder, more=more), encoding="utf-8"
    )
    # The account is nobody's, who is on every machine; visitors know it as juki.
    (state / "users").write_text("nobody = juki\n", encoding="utf-8")
    password = ["smbpasswd", "-c", str(configuration), "-s", "-a", "nobody"]
    subprocess.run(password, input="himitsu\nhimitsu\n", text=True, check=True, capture_output=True)
    assert SERVER is not None
    server = subprocess.Popen(
        [SERVER, "-s", str(configuration), "--foreground", "--no-process-group"],
        # It ends its whole group when it ends: not ours.
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        assert server.poll() is None, "the SMB server has ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the SMB server does not answer")
