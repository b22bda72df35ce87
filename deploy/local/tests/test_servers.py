"""Given servers: what an address must be, and what is said when it is not."""

from pathlib import Path

import pytest

from deploy.local.layout import Layout
from deploy.local.ports import free_port
from deploy.local.servers import Database, open_database
from deploy.local.trouble import Trouble


def test_an_address_of_another_kind_of_database_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://root@127.0.0.1/x")
    with pytest.raises(Trouble, match="must look like postgresql://"):
        open_database(layout=Layout(var=tmp_path))


def test_a_server_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://admin:x@127.0.0.1:{free_port()}/postgres")
    with pytest.raises(Trouble, match="DATABASE_URL cannot be reached"):
        open_database(layout=Layout(var=tmp_path))


def test_a_server_older_than_15_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://admin:x@db.example/postgres")
    monkeypatch.setattr("deploy.local.servers.psycopg.connect", lambda *_, **__: OldServer())
    with pytest.raises(Trouble, match="is PostgreSQL 13; at least 15 is needed"):
        open_database(layout=Layout(var=tmp_path))


def test_the_roles_get_addresses_of_their_own_with_the_servers_options() -> None:
    database = Database(
        admin_url="postgresql://admin:pa%2Fss@db.example:5433/postgres?sslmode=require",
        name="madoguchi",
        programs=Path("/nowhere"),
        description="",
        child=None,
    )
    assert database.url(user="app", password="a/b") == (
        "postgresql://app:a%2Fb@db.example:5433/madoguchi?sslmode=require"
    )


class OldServer:
    """A connection to a server that nobody should use any more."""

    class info:  # noqa: N801  the name is psycopg's
        server_version = 130012

    def __enter__(self) -> "OldServer":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, question: str) -> "OldServer":
        return self

    def fetchone(self) -> tuple[bool]:
        return (True,)
