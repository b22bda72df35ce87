"""The pytest plugin: a database with two cities and our operators, and the way into them.

Tests marked ``django_db`` start in the home city, in a transaction that is rolled back; with
``transaction=True`` nothing is entered, commits are real, and the database is copied anew after.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from madoguchi.testing import database

NAMES = database.databases()
# Django reads its settings right after this module: each worker points them to its own copy.
os.environ.update(NAMES.environment(NAMES.own))
os.environ["MADOGUCHI_JOURNAL"] = str(NAMES.folder / f"journal-{os.getpid()}")


def pytest_configure(config: pytest.Config) -> None:
    """Register our database after pytest-django's, so that ours is the one that counts."""
    config.pluginmanager.register(CopiedDatabase(), "madoguchi-database")
    # Not before Django is set up: the cast speaks in the house's own words.
    config.pluginmanager.import_plugin("madoguchi.testing.people")


class CopiedDatabase:
    """The fixture under which pytest-django asks for a database."""

    @pytest.fixture(scope="session")
    @classmethod
    def django_db_setup(cls, django_db_blocker: Any) -> Iterator[None]:
        """Copy the database with cities for this worker, and drop the copy at the end."""
        from django.db import connections
        from django.test import TransactionTestCase

        with django_db_blocker.unblock():
            database.ensure_filled(NAMES)
            database.copy_for_worker(NAMES)
            connections["default"].features.supports_transactions = True
            # TRUNCATE is not ours to do as a city; a fresh copy takes as long.
            TransactionTestCase._fixture_teardown = _copy_anew  # type: ignore[method-assign]
            yield
            connections.close_all()
            database.drop_copy(NAMES)


def _copy_anew(case: Any) -> None:
    from django.db import connections

    from madoguchi.tenancy import directory

    connections.close_all()
    database.copy_for_worker(NAMES)
    directory().forget()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _speaks_japanese() -> None:
    """Start every test in Japanese: a request of the test before may have left another language."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def _starts_in_its_city(request: pytest.FixtureRequest) -> Iterator[None]:
    """Start every database test in the home city, or in no city where commits are real."""
    marker = request.node.get_closest_marker("django_db")
    names = set(request.fixturenames)
    if marker is None and not names & {"db", "transactional_db", "live_server"}:
        yield
        return
    request.getfixturevalue("django_db_setup")
    from django.db import connection

    is_transactional = bool(names & {"transactional_db", "live_server"}) or bool(
        marker is not None and marker.kwargs.get("transaction")
    )
    connection.rebinds_for_tests = not is_transactional
    if is_transactional:
        connection.set_schema_to_public()
    else:
        connection.set_tenant(_city("999997"))
    yield
    connection.rebinds_for_tests = True
    connection.set_schema_to_public()


@pytest.fixture
def home() -> Any:
    """The city in which a test is at home: みどり市."""
    return _city("999997")


@pytest.fixture
def stranger() -> Any:
    """Another city with the same plugins and, in tests of isolation, the same keys: かすみ市."""
    return _city("999989")


def _city(code: str) -> Any:
    from django.conf import settings
    from django.utils.module_loading import import_string

    return import_string(settings.MADOGUCHI["DIRECTORY"]).by_code(code)
