"""A real object store that speaks S3, for the tests: OpenStack Swift, set up in a folder of its own."""

import getpass
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

KEY: Final = "city:files"
SECRET: Final = "only-for-tests"
KINDS: Final = ("account", "container", "object")
PARTS: Final = ("swift-proxy-server", *(f"swift-{kind}-server" for kind in KINDS))
SECONDS: Final = 30
needs_swift = pytest.mark.skipif(
    not all(shutil.which(part) for part in PARTS),
    reason="no object store to be tried: install Debian's swift-{proxy,account,container,object}",
)
SERVER: Final = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
devices = {folder}/disks
mount_check = false
workers = 0
user = {user}
log_name = {kind}
log_address = {folder}/log
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
PROXY: Final = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
workers = 0
user = {user}
log_address = {folder}/log
[pipeline:main]
pipeline = {middleware} proxy-server
{filters}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_city_files = {secret} .admin
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{unused}
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""
PLAIN: Final = ("catch_errors", "copy", "slo", "dlo", "symlink")
PIPELINE: Final = (
    "catch_errors",
    "cache",
    "s3api",
    "tempauth",
    "copy",
    "slo",
    "dlo",
    "versioned_writes",
    "symlink",
)
RING: Final = "[swift-hash]\nswift_hash_path_suffix = tests\n[storage-policy:0]\nname = one\ndefault = yes\n"


RINGS: Final = """
import sys
from swift.common.ring import RingBuilder
folder, *kinds = sys.argv[1:]
for kind, port in (each.split("=") for each in kinds):
    builder = RingBuilder(4, 1, 0)
    where = {"ip": "127.0.0.1", "port": int(port), "device": "one", "meta": ""}
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1, **where})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/{kind}.ring.gz")
"""


@contextmanager
def swift_store(folder: Path) -> Iterator[str]:
    """Run an object store over a folder; gives its address."""
    (folder / "disks" / "one").mkdir(parents=True)
    (folder / "swift.conf").write_text(RING, encoding="utf-8")
    ports = _free_ports(4)
    written = [_written(folder, kind, port) for kind, port in zip(KINDS, ports, strict=False)]
    _make_rings(folder, dict(zip(KINDS, ports, strict=False)))
    written.append(_written(folder, "proxy", ports[-1]))
    servers = [
        subprocess.Popen(
            [f"swift-{path.stem}", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for path in written
    ]
    try:
        for port in ports:
            _wait_for(port)
        yield f"http://127.0.0.1:{ports[-1]}"
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(SECONDS)


def _written(folder: Path, kind: str, port: int) -> Path:
    path = folder / f"{kind}-server.conf"
    text = (PROXY if kind == "proxy" else SERVER).format(
        folder=folder,
        kind=kind,
        port=port,
        user=getpass.getuser(),
        secret=SECRET,
        # It insists on a cache, and gets on without one that answers.
        unused=1,
        middleware=" ".join(PIPELINE),
        filters="\n".join(f"[filter:{name}]\nuse = egg:swift#{name}" for name in PLAIN),
    )
    path.write_text(text, encoding="utf-8")
    return path


def _make_rings(folder: Path, ports: dict[str, int]) -> None:
    """Say where each kind of thing lies, by the store's own interpreter."""
    server = Path(str(shutil.which("swift-proxy-server")))
    interpreter = server.read_text(encoding="utf-8").splitlines()[0].removeprefix("#!").strip()
    values = [f"{kind}={port}" for kind, port in ports.items()]
    subprocess.run([interpreter, "-c", RINGS, str(folder), *values], check=True, capture_output=True)


def _free_ports(count: int) -> list[int]:
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in listening]
    for each in listening:
        each.close()
    return ports


def _wait_for(port: int) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the object store does not answer")
