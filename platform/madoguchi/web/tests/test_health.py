"""Probes of the process: by any name, without a city, and honest about what is missing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

NAMES = ("midori.localhost", "staff.midori.localhost", "operators.localhost", "10.1.2.3:8000", "[::1]", "a_b")
pytestmark = pytest.mark.django_db


def get(path: str, name: str = "10.1.2.3", **headers: str) -> Any:
    return Client().get(path, headers={"host": name, **headers})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_process_in_order_says_so_under_every_name(path: str, name: str) -> None:
    answer = get(path, name)
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert not answer.cookies


def test_living_needs_no_database(django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        assert get("/livez").status_code == 200


def test_neither_cache_nor_mail_keeps_requests_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.MADOGUCHI, "VALKEY_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(settings, "EMAIL_PORT", 1)
    assert get("/readyz").status_code == 200


def test_a_process_about_to_end_takes_no_more_requests(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(settings.MADOGUCHI, "DRAIN_FILE", str(tmp_path / "drain"))
    assert get("/readyz").status_code == 200
    (tmp_path / "drain").touch()
    assert get("/readyz").status_code == 503
    assert get("/livez").status_code == 200


def test_probes_are_not_audited() -> None:
    before = _entries()
    get("/livez")
    get("/readyz")
    assert _entries() == before


def _entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditentry")
        return int(cursor.fetchone()[0])


class TestMetrics:
    """The page for a monitor."""

    BEARER = "Bearer well-kept"

    @pytest.fixture(autouse=True)
    def _with_a_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(settings.MADOGUCHI, "METRICS_TOKEN", "well-kept")
        monkeypatch.setitem(settings.MADOGUCHI, "METRICS_PAGE", f"{__name__}.page")

    def test_whoever_has_the_token_reads_it_by_address(self) -> None:
        answer = get("/metrics", authorization=self.BEARER)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")

    @pytest.mark.parametrize(
        "given", ["", "Bearer ", "Bearer wrong", "Basic well-kept", "well-kept", "Bearer 鍵"]
    )
    def test_nobody_else_does(self, given: str) -> None:
        answer = get("/metrics", authorization=given)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"

    def test_without_a_token_in_the_environment_there_is_no_page(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(settings.MADOGUCHI, "METRICS_TOKEN", "")
        for given in (self.BEARER, "Bearer ", "Bearer"):
            assert get("/metrics", authorization=given).status_code == 404

    @pytest.mark.parametrize("name", NAMES[:3])
    def test_no_host_that_people_use_has_such_a_page(self, name: str) -> None:
        # The residents' site redirects to the address with a slash, where there is no page either.
        answer = get("/metrics", name, authorization=self.BEARER)
        assert answer.status_code in (301, 404)
        assert get("/metrics/", name, authorization=self.BEARER).status_code == 404


def page(**_: Any) -> str:
    """Stand for the page of tenants."""
    return "madoguchi_up 1\n"
