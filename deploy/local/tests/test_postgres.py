"""The launcher on the wheel's real programs: spaces, roots, closed folders, old clusters."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local import postgres
from deploy.local.binaries import Binaries, list_binaries
from deploy.local.clusters import find_home, temporary_folder
from deploy.local.layout import Layout
from deploy.local.trouble import Trouble

root_only = pytest.mark.skipif(os.getuid() != 0, reason="only root changes users")


@pytest.fixture(autouse=True)
def wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_POSTGRES", "wheel")


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    # pytest's own folder is closed to others; the launcher copes, and here that is not the point.
    open_to_all = Path("/tmp") / f"madoguchi launcher {os.getpid()} {tmp_path.name}"
    layout = Layout(var=open_to_all / "var")
    layout.make()
    yield layout
    shutil.rmtree(open_to_all)


@pytest.fixture
def closed_layout(tmp_path: Path) -> Iterator[Layout]:
    parent = tmp_path / "closed"
    parent.mkdir(mode=0o700)
    layout = Layout(var=parent / "var")
    layout.make()
    yield layout
    shutil.rmtree(temporary_folder(layout=layout), ignore_errors=True)


def start(layout: Layout) -> postgres.Server:
    return postgres.start(layout=layout, binaries=postgres.find_binaries(layout=layout), durable=False)


def ask(server: postgres.Server, question: str) -> object:
    with psycopg.connect(server.dsn()) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def test_a_server_in_a_path_with_spaces_keeps_its_rows_over_a_restart(layout: Layout) -> None:
    server = start(layout)
    try:
        with psycopg.connect(server.dsn()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        assert ask(server, "SHOW data_checksums") == "on"
        assert ask(server, "SHOW max_locks_per_transaction") == "256"
        assert ask(server, "SELECT pg_encoding_to_char(encoding) FROM pg_database") == "UTF8"
    finally:
        postgres.stop(server)
    again = start(layout)
    try:
        assert ask(again, "SELECT answer FROM kept") == 42
    finally:
        postgres.stop(again)


def test_only_who_knows_the_password_gets_in(layout: Layout) -> None:
    server = start(layout)
    try:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.dsn().replace(server.home.read_password(), "guess"))
        assert server.home.password.stat().st_mode & 0o077 == 0
    finally:
        postgres.stop(server)


@root_only
def test_root_starts_the_server_as_somebody_else(layout: Layout) -> None:
    server = start(layout)
    try:
        assert Path(f"/proc/{server.child.pid}").stat().st_uid != 0
    finally:
        postgres.stop(server)


@root_only
def test_a_project_in_a_closed_folder_keeps_its_cluster_in_temporary_space(
    closed_layout: Layout,
) -> None:
    server = start(closed_layout)
    try:
        assert server.home.folder == temporary_folder(layout=closed_layout)
        assert server.home.folder.stat().st_mode & 0o077 == 0
        assert ask(server, "SELECT 1") == 1
    finally:
        postgres.stop(server)


@root_only
def test_programs_that_the_servers_user_cannot_reach_are_copied(
    closed_layout: Layout, tmp_path: Path
) -> None:
    package = list_binaries(source="wheel")[0].folder.parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, tmp_path / "closed" / folder.name)
    hidden = tmp_path / "closed" / package.name / "pginstall" / "bin"
    server = postgres.start(
        layout=closed_layout,
        binaries=Binaries(source="wheel", folder=hidden, major=18),
        durable=False,
    )
    try:
        assert server.binaries.folder != hidden
        assert server.binaries.pg_dump.exists()
        assert find_home(layout=closed_layout).identity.can_run(server.binaries.pg_dump)
        assert ask(server, "SELECT 1") == 1
    finally:
        postgres.stop(server)


def test_a_cluster_of_another_version_is_refused_with_a_way_out(layout: Layout) -> None:
    home = find_home(layout=layout)
    home.cluster.mkdir()
    (home.cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(Trouble, match=r"made by PostgreSQL 12.*bin/up --fresh"):
        raise_flat(layout)


@root_only
def test_a_cluster_of_another_user_is_refused(layout: Layout) -> None:
    os.chown(find_home(layout=layout).folder, 12345, 12345)
    with pytest.raises(Trouble, match="belongs to user 12345"):
        start(layout)


def test_an_unknown_source_is_refused(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_POSTGRES", "moon")
    with pytest.raises(Trouble, match='"wheel" or "system"'):
        postgres.find_binaries(layout=layout)


def raise_flat(layout: Layout) -> None:
    try:
        postgres.find_binaries(layout=layout)
    except Trouble as trouble:
        raise Trouble(str(trouble).replace("\n", " ")) from trouble
