"""The directory knows the cities, reads them now and then, and survives a restart of the database."""

import psycopg
import pytest

from tenants import directory as module
from tenants.directory import PublicDirectory

pytestmark = pytest.mark.django_db(transaction=True)


def test_hosts_lead_to_their_city_and_zone() -> None:
    directory = PublicDirectory()
    resident, staff = directory.host("midori.localhost"), directory.host("staff.midori.localhost")
    assert resident is not None
    assert staff is not None
    assert (resident.zone, staff.zone) == ("resident", "staff")
    assert resident.city == staff.city == directory.by_code("999997")
    assert directory.host("operators.localhost").city == directory.operators()  # type: ignore[union-attr]
    assert directory.host("nobody.localhost") is None


def test_what_was_known_stays_true_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory = PublicDirectory()
    known = directory.by_code("999997")
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(module, "CITIES", "SELECT pg_terminate_backend(pg_backend_pid())")
    assert directory.by_code("999997") == known


def test_a_directory_that_never_read_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CITIES", "SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(psycopg.OperationalError):
        PublicDirectory().by_code("999997")
