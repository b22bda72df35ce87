"""Printing in place, and the kit from which a counter works when we are away."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from madoguchi import clock
from madoguchi.documents.typesetting import typeset
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from plugins.card_reservation.models import Booking, PaperKit, PlaceRules
from plugins.card_reservation.services import papers, slips
from plugins.card_reservation.tests.stand_ins import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(clerk: Client, people: People, hall: Place, free_slots: Any) -> Booking:
    """A visit on the next days, taken by telephone."""
    people.add("ABC123456", "0229")
    slot = free_slots(1)[0]
    sent = {"reference": "ABC123456", "birthday": "0229", "slot": str(slot.id), "key": str(uuid4())}
    assert clerk.post("/reservations/new/", sent).status_code == 303
    return Booking.objects.select_related("slot").get()


def is_shown_in_place(answer: Any) -> bool:
    """tell whether a browser shows an answer instead of saving it."""
    return (
        answer.status_code == 200
        and answer["Content-Type"] == "application/pdf"
        and answer["Content-Disposition"].startswith("inline")
        and answer["Cache-Control"] == "no-store"
        and answer.content.startswith(b"%PDF")
    )


def test_a_day_and_a_slip_are_printed_from_the_viewer(clerk: Client, booked: Booking) -> None:
    day = clock.local(booked.slot.starts_at).date().isoformat()
    page = clerk.get(f"/reservations/day/?day={day}").content.decode()
    assert f'src="/reservations/day/pdf/?day={day}"' in page
    before = AuditEntry.objects.count()
    assert is_shown_in_place(clerk.get(f"/reservations/day/pdf/?day={day}"))
    assert AuditEntry.objects.count() == before + 1
    assert f"/reservations/{booked.id}/slip/" in clerk.get(f"/reservations/{booked.id}/").content.decode()
    assert clerk.get(f"/reservations/{booked.id}/slip/").status_code == 200
    assert is_shown_in_place(clerk.get(f"/reservations/{booked.id}/slip/pdf/"))
    assert clerk.get(f"/reservations/{uuid4()}/slip/").status_code == 404


def test_the_slip_of_a_cancelled_visit_asks_nobody_to_come(
    clerk: Client, booked: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[dict[str, Any]] = []

    def look(*, template: str, values: dict[str, Any], now: datetime) -> bytes:
        printed.append(values)
        return typeset(template=template, values=values, now=now)

    monkeypatch.setattr(slips, "typeset", look)
    assert is_shown_in_place(clerk.get(f"/reservations/{booked.id}/slip/pdf/"))
    clerk.post(f"/reservations/{booked.id}/cancel/", {"confirmed": "on"})
    assert is_shown_in_place(clerk.get(f"/reservations/{booked.id}/slip/pdf/"))
    before, after = printed
    assert (before["title"], bool(before["items"])) == ("予約票", True)
    assert ["手続き", "マイナンバーカードの受け取り"] in before["facts"], "what the visit is for"
    assert (after["title"], after["items"]) == ("この予約は取り消されています", [])


def test_an_empty_day_can_be_printed_too(clerk: Client, people: People, hall: Place) -> None:
    assert is_shown_in_place(clerk.get("/reservations/day/pdf/?day=2030-01-01"))


def test_every_evening_each_place_gets_a_sealed_list_of_its_next_open_days(
    clerk: Client, booked: Booking, now: datetime
) -> None:
    evening = booked.slot.starts_at - timedelta(days=1)
    assert papers.make_kits(now=evening) == PlaceRules.objects.count()
    kit = PaperKit.objects.get(place_id=booked.slot.place_id)
    assert kit.visits == 1
    assert kit.first_day == clock.local(evening).date() + timedelta(days=1)
    assert kit.last_day > kit.first_day
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM card_reservation_paperkit")
        for (sealed,) in cursor.fetchall():
            assert b"%PDF" not in bytes(sealed)
            assert "見本".encode() not in bytes(sealed)
    assert AuditEntry.objects.filter(action="card_reservation.paper_kits_made").count() == 1
    page = clerk.get("/reservations/kits/").content.decode()
    assert f"/reservations/kits/{kit.id}/" in page
    assert clerk.get(f"/reservations/kits/{kit.id}/").status_code == 200
    reads = AuditEntry.objects.filter(details__purpose="card_reservation.paper_kit")
    assert reads.count() == 0
    assert is_shown_in_place(clerk.get(f"/reservations/kits/{kit.id}/pdf/"))
    assert reads.get().object_ids == [str(kit.id)]


def test_lists_are_made_once_a_day_and_thrown_away_after_four(hall: Place, now: datetime) -> None:
    for days in range(7):
        for _ in range(2):
            papers.make_kits(now=now + timedelta(days=days))
    kept = PaperKit.objects.filter(place=hall).values_list("first_day", flat=True)
    assert len(set(kept)) == len(kept) == papers.KEPT_DAYS


def test_a_list_that_is_missing_or_old_is_a_warning_on_the_staff_home(
    clerk: Client, booked: Booking, now: datetime
) -> None:
    assert not papers.is_stale(now=now)
    Booking.objects.update(created_at=now - timedelta(hours=30))
    assert "紙の予備リストが新しくなっていません" in clerk.get("/").content.decode()
    papers.make_kits(now=now - timedelta(hours=30))
    assert "新しい一覧が作られていません" in clerk.get("/reservations/kits/").content.decode()
    papers.make_kits(now=now)
    assert not papers.is_stale(now=now + timedelta(hours=25))
    assert papers.is_stale(now=now + timedelta(hours=27))
    page = clerk.get("/").content.decode()
    assert "紙の予備リストが新しくなっていません" not in page
    assert "紙の予備リスト：" in page


def test_the_lists_have_a_permission_of_their_own(viewer: Client, hall: Place, now: datetime) -> None:
    papers.make_kits(now=now)
    kit = PaperKit.objects.all()[0]
    for address in ("", f"{kit.id}/", f"{kit.id}/pdf/"):
        assert viewer.get(f"/reservations/kits/{address}").status_code == 403
    assert AuditEntry.objects.filter(details__purpose="card_reservation.paper_kit").count() == 0


def test_the_evening_is_on_the_schedule() -> None:
    (schedule,) = [
        each for each in plugins.declared("schedules") if each.name == "card_reservation.make_paper_kits"
    ]
    assert schedule.at == "0 18 * * *"


def test_a_list_that_is_gone_says_so(clerk: Client, hall: Place) -> None:
    assert clerk.get(f"/reservations/kits/{uuid4()}/pdf/").status_code == 404
