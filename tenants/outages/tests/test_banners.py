"""Residents and staff of the cities it meets read of an outage ahead, and nobody else does."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi import clock
from madoguchi.tenancy import directory
from tenants.outages.tests.conftest import NOW, REASONS, SPAN, agree, announce, at, minutes

HEADING = "メンテナンスのお知らせ"
NOTICE = at("2026-12-06T00:00")
"""14 days before the day on which the outage begins."""
PAGES = ("/", "/booking/", "/booking/phone/", "/en/", "/ja-easy/booking/", "/nothing-here/")


def page(client: Client, path: str = "/", *, now: datetime) -> str:
    """Read a page at a moment."""
    directory().forget()  # type: ignore[attr-defined]
    with clock.frozen_at(now):
        return str(client.get(path).content.decode())


def stranger() -> Client:
    return Client(headers={"host": "kasumi.localhost"})


def test_from_the_day_of_the_notice_every_page_of_the_city_tells_of_it_and_no_other_city_does(
    visitor: Client,
) -> None:
    announce()
    for path in PAGES:
        told = REASONS[path.split("/")[1]] if path.startswith(("/en/", "/ja-easy/")) else HEADING
        assert told not in page(visitor, path, now=NOTICE - minutes(1)), path
        assert told in page(visitor, path, now=NOTICE), path
        assert told in page(visitor, path, now=SPAN.starts_at - minutes(1)), path
        assert told not in page(stranger(), path, now=NOTICE), path
    text = page(visitor, now=NOTICE)
    assert "2026年（令和8年）12月20日（日） 1:00から" in text
    assert "新しい版に更新するため" in text


def test_staff_read_of_it_too(staff_as: Callable[..., Client]) -> None:
    announce()
    assert HEADING in page(staff_as("counter_clerk", now=NOTICE), now=NOTICE)


def test_an_announcement_that_comes_late_is_told_at_once(visitor: Client) -> None:
    announce(now=SPAN.starts_at - minutes(120), emergency_reason="緊急")
    assert HEADING in page(visitor, now=SPAN.starts_at - minutes(119))


def test_nothing_is_told_before_the_city_agreed(visitor: Client) -> None:
    agree("999997", notice_days=0, consent_required=True)
    announce()
    assert HEADING not in page(visitor, now=NOTICE)


def test_a_banner_costs_no_query(visitor: Client) -> None:
    def queries(now: datetime) -> int:
        page(visitor, "/booking/", now=now)
        with clock.frozen_at(now), CaptureQueriesContext(connection) as asked:
            answer: Any = visitor.get("/booking/")
        assert answer.status_code == 200
        return len(asked)

    before = queries(NOW)
    announce()
    assert queries(NOTICE) == before
