"""The self-test: a direct connection passes, a pooler that mixes sessions serves nobody."""

import time
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_django import Settings

from madoguchi.database import pooling
from madoguchi.database.checks import pooler
from madoguchi.database.pooling import Finding, LeakingPooler, examine, reason_to_refuse
from madoguchi.tenancy import City, in_city
from madoguchi.testing.poolers import find_pgbouncer, leaking_pooler, pgbouncer

pytestmark = pytest.mark.django_db(transaction=True)
needs_pgbouncer = pytest.mark.skipif(find_pgbouncer() is None, reason="PgBouncer is not installed")


def found_at(address: str) -> Finding:
    """Examine an address."""
    return examine(connect=lambda: psycopg.connect(address))


def test_a_direct_connection_passes_at_little_cost() -> None:
    began = time.perf_counter()
    assert found_at(django_settings.MADOGUCHI["DATABASE_URL"]) == Finding()
    assert time.perf_counter() - began < 2


def test_a_pooler_that_lends_per_transaction_is_found_out() -> None:
    with leaking_pooler(url=django_settings.MADOGUCHI["DATABASE_URL"]) as address:
        assert found_at(address) == Finding(shares_sessions=True, shares_statements=True)


def test_a_pooler_that_lends_per_statement_is_found_out() -> None:
    url = django_settings.MADOGUCHI["DATABASE_URL"]
    with leaking_pooler(url=url, keeps_transactions=False) as address:
        assert found_at(address).breaks_transactions


@needs_pgbouncer
@pytest.mark.parametrize(
    ("mode", "size", "expected"),
    [
        ("session", 3, Finding()),
        ("transaction", 3, Finding(shares_sessions=True, shares_statements=True)),
        ("transaction", 1, Finding(shares_sessions=True, shares_statements=True)),
    ],
)
def test_pgbouncer_is_seen_through(mode: str, size: int, expected: Finding) -> None:
    with pgbouncer(url=django_settings.MADOGUCHI["DATABASE_URL"], mode=mode, size=size) as address:
        found = found_at(address)
        # From 1.21 on PgBouncer follows prepared statements.
        assert (found.breaks_transactions, found.shares_sessions) == (
            expected.breaks_transactions,
            expected.shares_sessions,
        )


@needs_pgbouncer
def test_pgbouncer_per_statement_is_found_out() -> None:
    with pgbouncer(url=django_settings.MADOGUCHI["DATABASE_URL"], mode="statement") as address:
        assert found_at(address).breaks_transactions


def test_what_the_self_test_leaves_behind_harms_nobody(home: City) -> None:
    with leaking_pooler(url=django_settings.MADOGUCHI["DATABASE_URL"]) as address:
        found_at(address)
        with psycopg.connect(address) as session:
            row = session.execute("SELECT current_setting('search_path'), current_schemas(false)").fetchone()
    assert row == ('"$user", public', ["public"])


@pytest.mark.parametrize(
    ("finding", "changed", "reason"),
    [
        (Finding(), {}, ""),
        (Finding(breaks_transactions=True), {"POOLER": "transaction"}, "does not keep the statements"),
        (Finding(shares_statements=True), {"POOLER": "transaction"}, "prepared statements"),
        (Finding(shares_statements=True), {"PREPARES_STATEMENTS": False}, ""),
        (Finding(shares_sessions=True), {}, "MADOGUCHI_POOLER"),
        (Finding(shares_sessions=True), {"POOLER": "transaction"}, ""),
        (Finding(shares_sessions=True), {"POOLER": "transaction", "DATABASE_MODE": "owner"}, "as the owner"),
    ],
)
def test_what_is_refused_and_what_may_be_meant(
    finding: Finding, changed: dict[str, Any], reason: str, settings: Settings
) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, **changed}
    said = reason_to_refuse(finding)
    assert reason in said
    assert bool(said) == bool(reason)


@pytest.fixture
def behind_a_leaking_pooler(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lead this process through the small leaking pooler."""
    with leaking_pooler(url=django_settings.MADOGUCHI["DATABASE_URL"]) as address:
        port = address.rpartition(":")[2].partition("/")[0]
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "PORT", port)
        yield
        connection.close()


def test_a_process_refuses_to_start_and_to_connect(behind_a_leaking_pooler: None, home: City) -> None:
    with pytest.raises(LeakingPooler, match="MADOGUCHI_POOLER"):
        pooling.refuse_to_start_behind_a_leaking_pooler()
    for _again in range(2):
        with pytest.raises(LeakingPooler), in_city(home):
            connection.ensure_connection()
    assert [error.id for error in pooler(databases=["default"])] == ["madoguchi.E007"]


def test_a_process_that_means_it_is_served_and_stays_in_its_city(
    behind_a_leaking_pooler: None, home: City, stranger: City, settings: Settings
) -> None:
    changed = {"POOLER": "transaction", "PREPARES_STATEMENTS": False}
    settings.MADOGUCHI = {**settings.MADOGUCHI, **changed}
    pooling.refuse_to_start_behind_a_leaking_pooler()
    assert pooler(databases=["default"]) == []
    for city in (home, stranger, home):
        with in_city(city), connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            assert cursor.fetchone() == (city.schema_name,)


def test_a_database_that_is_away_stops_nobody_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    pooling.refuse_to_start_behind_a_leaking_pooler()


def test_the_address_of_the_suite_passes_the_check() -> None:
    assert pooler(databases=["default"]) == []
    assert pooler(databases=None) == []
