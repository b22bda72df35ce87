"""Files of the register and servers that hold them, for the tests; everybody in them is invented."""

import csv
import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import paramiko

from madoguchi import clock
from madoguchi.exchange import starting
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying
from madoguchi.ledger.audit.actors import SYSTEM
from plugins.card_management.formats import register, renewals
from plugins.card_management.services import register_sources

HANAKO = {
    "住民票コード": "12345678901",
    "氏名": "見本 花子",
    "氏名カナ": "ミホン ハナコ",
    "住所": "福岡県久留米市テスト町1丁目1番地",
    "生年月日": "1988-02-29",
    "性別": "2",
    "異動事由": "",
    "異動日": "",
    "カード有無": "有",
    "在留期限": "",
}
TARO = {
    **HANAKO,
    "住民票コード": "12345678902",
    "氏名": "例示 太郎",
    "氏名カナ": "レイジ タロウ",
    "生年月日": "1957-04-01",
}


def file_of(*people: dict[str, str], columns: tuple[str, ...] = register.COLUMNS) -> bytes:
    """Write a file of the register; a person is what differs from Hanako."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for person in people:
        writer.writerow({name: {**HANAKO, **person}.get(name, "") for name in columns})
    return text.getvalue().encode("cp932")


def crowd(count: int, *, first: int = 1) -> list[dict[str, str]]:
    """Invent residents."""
    return [
        {
            "住民票コード": f"9{number:010}",
            "氏名": f"見本 {number}号",
            "氏名カナ": "ミホン",
            "異動事由": "国内転入",
        }
        for number in range(first, first + count)
    ]


def take(content: bytes, *, name: str = register.CHANGES) -> ImportJob:
    """Take a file in as somebody at the page of imports does, and apply it."""
    now = clock.now()
    job = starting.take_in(format_name=name, file_name="juki.csv", content=content, actor=SYSTEM, now=now)
    starting.ask_to_apply(import_id=job.id, actor=SYSTEM, now=now)
    return applying.apply(import_id=job.id, actor=SYSTEM, tell=lambda done, total: None, now=now)


def finish(import_id: UUID) -> None:
    """Apply what a picked-up file asked for, as a worker does."""
    applying.apply(import_id=import_id, actor=SYSTEM, tell=lambda done, total: None, now=clock.now())


def renewal_list(*people: dict[str, str]) -> bytes:
    """Write a renewal list."""
    return file_of(*people, columns=(*renewals.COLUMNS, "交付通知書番号"))


def source(**values: Any) -> Any:
    """Name a place of files: a folder of this machine unless said otherwise."""
    usual: dict[str, Any] = {
        "name": "住基異動",
        "is_on": True,
        "protocol": "folder",
        "host": "",
        "port": None,
        "user": "",
        "folder": "/",
        "pattern": "JUKI_{日付}_{連番}.csv",
        "format": register.CHANGES,
        "done_rule": "marker",
        "marker_suffix": ".done",
        "checksum_suffix": "",
        "checks_sequence": False,
        "expected": "never",
        "expected_by": None,
        "applies_itself": True,
        "every_minutes": 10,
    }
    secret = values.pop("secret", "")
    host_key = values.pop("host_key", "")
    made = register_sources.add(values=usual | values, secret=secret, actor=SYSTEM, now=clock.now())
    if host_key:
        type(made).objects.filter(id=made.id).update(host_key=host_key)
    return made


def lay(folder: Path, name: str, content: bytes, *, done: bool = True) -> None:
    """Lay a file into a folder, and the mark that it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    if done:
        (folder / f"{name}.done").write_bytes(b"")


@contextmanager
def ftp_server(folder: Path) -> Iterator[int]:
    """Run a real FTP server over a folder; its user is juki, the password himitsu."""
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.servers import ThreadedFTPServer

    authorizer = DummyAuthorizer()
    authorizer.add_user("juki", "himitsu", str(folder), perm="elr")
    handler = type("Handler", (FTPHandler,), {"authorizer": authorizer})
    server = ThreadedFTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"timeout": 0.1}, daemon=True)
    thread.start()
    try:
        yield server.address[1]
    finally:
        server.close_all()
        thread.join(5)


class _Door(paramiko.ServerInterface):
    known = b""

    def check_auth_password(self, username: str, password: str) -> int:
        fits = (username, password) == ("juki", "himitsu")
        return paramiko.AUTH_SUCCESSFUL if fits else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        fits = username == "juki" and key.asbytes() == self.known
        return paramiko.AUTH_SUCCESSFUL if fits else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Folder(paramiko.SFTPServerInterface):
    root = ""

    def _real(self, path: str) -> str:
        return f"{self.root}{self.canonicalize(path)}"

    def list_folder(self, path: str) -> Any:
        found = []
        try:
            files = sorted(Path(self._real(path)).iterdir())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        for file in files:
            attributes = paramiko.SFTPAttributes.from_stat(file.stat())
            attributes.filename = file.name
            found.append(attributes)
        return found

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(Path(self._real(path)).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        handle = paramiko.SFTPHandle(flags)
        try:
            handle.readfile = Path(self._real(path)).open("rb")  # noqa: SIM115
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        handle.stat = lambda: self.stat(path)
        return handle


@contextmanager
def sftp_server(folder: Path, *, known: bytes = b"") -> Iterator[tuple[int, str]]:
    """Run an SFTP server over a folder on the wire of SSH; gives its port and the fingerprint of its key."""
    from base64 import b64encode
    from hashlib import sha256

    key = paramiko.ECDSAKey.generate()
    door = type("Door", (_Door,), {"known": known})
    listening = socket.create_server(("127.0.0.1", 0))
    served = type("Served", (_Folder,), {"root": str(folder)})
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, served)
            transports.append(transport)
            try:
                transport.start_server(server=door())
            except (paramiko.SSHException, EOFError):
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    fingerprint = b64encode(sha256(key.asbytes()).digest()).decode().rstrip("=")
    try:
        yield listening.getsockname()[1], f"SHA256:{fingerprint}"
    finally:
        # Whoever waits for a visitor only wakes up when the door is shut, not when it is taken away.
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for transport in transports:
            transport.close()
        thread.join(5)
