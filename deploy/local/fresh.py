"""bin/up --fresh: throw the demo away."""

import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from deploy.local.clusters import temporary_folder
from deploy.local.layout import Layout
from deploy.local.servers import ADMIN_DATABASES, DEFAULT_DATABASE
from deploy.local.supervisor import say

KEPT = ("log", "run", "test")


def may_start_over(*, yes: bool) -> bool:
    """ask whether the demo may be thrown away."""
    if yes:
        return True
    if not sys.stdin.isatty():
        say("This throws the demo's database and mails away. To do it without a question: --yes")
        return False
    answer = input("Throw the demo's database and mails away and start over? [y/N] ")
    return answer.strip().lower() in ("y", "yes")


def start_over(layout: Layout) -> None:
    """remove the demo's database, mails, keys and files; keep the logs."""
    address = os.environ.get("DATABASE_URL", "")
    if address:
        _drop_given(address)
    for path in layout.var.iterdir():
        if path.name not in KEPT:
            _remove(path)
    _remove(temporary_folder(layout=layout))
    layout.make()
    say("Threw the demo away")


def _drop_given(address: str) -> None:
    name = urlsplit(address).path.strip("/")
    own = DEFAULT_DATABASE if name in ADMIN_DATABASES else name
    door = address if own != name else urlsplit(address)._replace(path="/postgres").geturl()
    with psycopg.connect(door, autocommit=True, connect_timeout=10) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(own)))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
