"""Tests that change schemas: the owner's connection in this process, and migrations nobody has seen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from madoguchi.testing.sources import ROOT
from tenants import versions
from tenants.provisioning import template

APP = "places"
REAL = sorted((ROOT / "platform/madoguchi/places/migrations").glob("[0-9]*.py"))
"""What the app has been through already; tests number theirs from 9002 on."""
HEAD = """
from uuid import uuid4

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "{before}")]
"""

WriteMigration = Callable[..., None]


@pytest.fixture
def owner(transactional_db: None) -> Iterator[None]:
    """Let this process and its threads be the owner of the database."""
    address = conninfo_to_dict(django_settings.MADOGUCHI["OWNER_DATABASE_URL"])
    with _acting_as("owner", "madoguchi.database.owner", address["user"], address["password"]):
        yield


@contextmanager
def as_the_application() -> Iterator[None]:
    """Let an owner's process serve pages for a while."""
    address = conninfo_to_dict(django_settings.MADOGUCHI["DATABASE_URL"])
    with _acting_as("app", "madoguchi.database", address["user"], address["password"]):
        yield


@contextmanager
def _acting_as(mode: str, engine: str, user: Any, password: Any) -> Iterator[None]:
    configured = {**connections.settings["default"], "ENGINE": engine, "USER": user, "PASSWORD": password}
    _change_hands()
    with pytest.MonkeyPatch.context() as changed:
        changed.setitem(connections.settings, "default", configured)
        changed.setitem(django_settings.DATABASES, "default", configured)
        changed.setitem(django_settings.MADOGUCHI, "DATABASE_MODE", mode)
        changed.setenv("MADOGUCHI_DATABASE_MODE", mode)
        yield
        _change_hands()


@pytest.fixture
def write_migration(
    owner: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[WriteMigration]:
    """Give the app of places a folder of migrations in which tests may write more."""
    package = f"more_{tmp_path.name}"
    folder = tmp_path / package
    folder.mkdir()
    (folder / "__init__.py").touch()
    for each in REAL:
        (folder / each.name).write_text(each.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    settings.MIGRATION_MODULES = {APP: package}
    monkeypatch.setitem(django_settings.MADOGUCHI, "TEMPLATES", str(tmp_path / "templates"))
    before = REAL[-1].stem

    def write(name: str, body: str) -> None:
        nonlocal before
        text = HEAD.format(before=before) + "".join(f"    {line}\n" for line in body.strip().splitlines())
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        before = name
        _forget()

    _forget()
    yield write
    _forget()


def _change_hands() -> None:
    connections.close_all()
    with suppress(AttributeError):  # nobody has asked anything since the last change
        del connections["default"]


def _forget() -> None:
    versions.wanted.cache_clear()
    template.migration_hash.cache_clear()
