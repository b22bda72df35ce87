"""A process serves only a schema at least as new as its code."""

from typing import Any

import pytest
from django.db import OperationalError
from django.db.migrations.loader import MigrationLoader

from tenants import readiness
from tenants.readiness import NO_DATABASE, TOO_OLD, Readiness

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_schema_of_the_suite_fits() -> None:
    assert Readiness().reason() == ""


def test_code_that_is_newer_than_the_schema_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    class Newer(MigrationLoader):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self.disk_migrations[("audit", "9999_tomorrow")] = next(iter(self.disk_migrations.values()))

    monkeypatch.setattr(readiness, "MigrationLoader", Newer)
    assert Readiness().reason() == TOO_OLD


def test_code_that_is_older_than_the_schema_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    class Older(MigrationLoader):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self.disk_migrations.pop(max(key for key in self.disk_migrations if key[0] == "audit"))

    monkeypatch.setattr(readiness, "MigrationLoader", Older)
    assert Readiness().reason() == ""


def test_what_fitted_once_is_not_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Readiness()
    assert known.reason() == ""
    monkeypatch.delattr(readiness, "_is_new_enough")
    assert known.reason() == ""


def test_a_database_that_does_not_answer_keeps_requests_away_until_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = Readiness()

    def fail() -> None:
        raise OperationalError("away")

    with monkeypatch.context() as away:
        away.setattr(readiness, "_ask_for_a_sign", fail)
        assert known.reason() == NO_DATABASE
    assert known.reason() == ""
