"""Poolers between a client and the server: a real PgBouncer where there is one, and a small leaking one."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

import psycopg

PATIENCE_SECONDS = 10
ENCRYPTION_WISHES = (80877103, 80877104)


def find_pgbouncer() -> str | None:
    """Find PgBouncer where Linux distributions put it."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def pgbouncer(*, url: str, size: int = 3, mode: str = "transaction") -> Iterator[str]:
    """Run PgBouncer in front of a database and give the address to use in place of ``url``."""
    program = find_pgbouncer()
    assert program is not None, "PgBouncer is not installed"
    parts = urlsplit(url)
    port = _free_port()
    with TemporaryDirectory(prefix="madoguchi-pool-") as folder:
        Path(folder).chmod(0o755)
        settings = Path(folder) / "pgbouncer.ini"
        settings.write_text(
            "[databases]\n"
            f"* = host={parts.hostname} port={parts.port or 5432} user={parts.username}"
            f" password={parts.password or ''}\n"
            "[pgbouncer]\nunix_socket_dir =\nlisten_addr = 127.0.0.1\nauth_type = any\n"
            f"listen_port = {port}\npool_mode = {mode}\ndefault_pool_size = {size}\nmax_client_conn = 500\n"
            "ignore_startup_parameters = extra_float_digits,options\nlog_connections = 0\n"
            "log_disconnections = 0\n",
            encoding="ascii",
        )
        # PgBouncer refuses to run as root.
        user = "nobody" if os.geteuid() == 0 else None
        quiet = subprocess.DEVNULL
        process = subprocess.Popen([program, str(settings)], user=user, stdout=quiet, stderr=quiet)  # noqa: S603
        try:
            _wait_for(port)
            yield parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}").geturl()
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@contextmanager
def leaking_pooler(*, url: str, keeps_transactions: bool = True) -> Iterator[str]:
    """Lend one server connection to all clients, per transaction or, worse, per statement."""
    with psycopg.connect(url, autocommit=True) as server, socket.create_server(("127.0.0.1", 0)) as listening:
        lender = _Lender(server, keeps_transactions=keeps_transactions)
        Thread(target=_accept, args=(listening, lender), daemon=True).start()
        parts = urlsplit(url)
        port = listening.getsockname()[1]
        yield parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}").geturl()


class _Lender:
    """One server connection behind a lock."""

    def __init__(self, server: "psycopg.Connection[Any]", *, keeps_transactions: bool) -> None:
        self.socket = socket.socket(fileno=os.dup(server.pgconn.socket))
        self.socket.settimeout(None)
        self.keeps_transactions = keeps_transactions
        self.lock = Lock()
        names = ("server_version", "client_encoding", "standard_conforming_strings", "TimeZone", "DateStyle")
        self.parameters = {name: server.info.parameter_status(name) or "" for name in names}

    def answer(self, request: bytes) -> tuple[bytes, bool]:
        """Pass a request on; give the answer and whether a transaction is open after it."""
        self.socket.sendall(request)
        answer = b""
        while True:
            kind, body = _message(self.socket)
            answer += kind + (len(body) + 4).to_bytes(4, "big") + body
            if kind == b"Z":
                return answer, body != b"I"


def _accept(listening: socket.socket, lender: _Lender) -> None:
    with suppress(OSError):
        while True:
            client, _address = listening.accept()
            Thread(target=_serve, args=(client, lender), daemon=True).start()


def _serve(client: socket.socket, lender: _Lender) -> None:
    holds = False
    with suppress(OSError, EOFError), client:
        _greet(client, lender)
        request = b""
        while True:
            kind, body = _message(client)
            if kind == b"X":
                break
            request += kind + (len(body) + 4).to_bytes(4, "big") + body
            if kind not in b"QS":
                continue
            if not holds:
                lender.lock.acquire()
            answer, is_open = lender.answer(request)
            holds = is_open and lender.keeps_transactions
            if not holds:
                lender.lock.release()
            client.sendall(answer)
            request = b""
    if holds:
        lender.lock.release()


def _greet(client: socket.socket, lender: _Lender) -> None:
    """Do what a server does before the first question, without asking who comes."""
    while int.from_bytes(_exactly(client, _length(client))[:4], "big") in ENCRYPTION_WISHES:
        client.sendall(b"N")
    told = b"R" + (8).to_bytes(4, "big") + bytes(4)
    for name, value in lender.parameters.items():
        pair = f"{name}\0{value}\0".encode()
        told += b"S" + (len(pair) + 4).to_bytes(4, "big") + pair
    client.sendall(told + b"K" + (12).to_bytes(4, "big") + bytes(8) + b"Z" + (5).to_bytes(4, "big") + b"I")


def _message(side: socket.socket) -> tuple[bytes, bytes]:
    kind = _exactly(side, 1)
    return kind, _exactly(side, _length(side))


def _length(side: socket.socket) -> int:
    return int.from_bytes(_exactly(side, 4), "big") - 4


def _exactly(side: socket.socket, count: int) -> bytes:
    read = b""
    while len(read) < count:
        piece = side.recv(count - len(read))
        if not piece:
            raise EOFError
        read += piece
    return read


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError("PgBouncer did not start")
