"""What a city tells those who book: for a period, on a page, at a place; the ended are kept a while."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.announcements import queries, services
from madoguchi.announcements.declarations import PURGED
from madoguchi.announcements.memory import memory
from madoguchi.announcements.models import Announcement
from madoguchi.announcements.preferences import RetentionSettings
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from madoguchi.preferences import services as preferences

pytestmark = pytest.mark.django_db
LIST = "/announcements/booking/"
NOW = datetime(2026, 12, 9, 10, 0, tzinfo=clock.JAPAN)
NOTE = {
    "heading": "12月29日は窓口を閉めます",
    "starts_at": "2026-12-09T10:00",
    "ends_at": "2026-12-23T18:00",
    "then": "publish",
}


@pytest.fixture(autouse=True)
def _clean_start() -> Iterator[None]:
    memory.forget()
    with clock.frozen_at(NOW):
        yield
    memory.forget()


@pytest.fixture
def editor(client: Client) -> Client:
    """A browser of the city's administrator."""
    client.defaults["HTTP_HOST"] = "staff.midori.localhost"
    return sign_in(client, StaffFactory.create(city_admin=True))


def told(moment: Any, *places: Place, language: str = "ja", now: datetime = NOW) -> list[str]:
    ids = frozenset(place.id for place in places)
    found = queries.for_bookers(moment=moment, place_ids=ids, language=language, now=now)
    return [words.heading for words in found]


def test_it_needs_a_page_on_which_it_is_read(editor: Client) -> None:
    answer = editor.post(f"{LIST}new/", NOTE)
    assert answer.status_code == 422
    assert "表示する画面を、1つ以上選んでください" in answer.content.decode()


def test_it_is_told_before_or_after_booking_at_its_place_and_in_its_period(editor: Client) -> None:
    main, annex = Place.objects.get(code="main"), Place.objects.get(code="annex")
    sent = {**NOTE, "is_before": "on", "place": str(annex.id), "heading_en": "Closed on 29 December"}
    assert editor.post(f"{LIST}new/", sent).status_code == 302
    assert told("before", annex) == [NOTE["heading"]]
    assert told("before", annex, language="en") == ["Closed on 29 December"]
    assert told("before", main) == told("before") == told("after", annex) == told("mail", annex) == []
    for moment in (NOW - timedelta(minutes=1), NOW + timedelta(days=15)):
        assert told("before", annex, now=moment) == []


def test_it_is_listed_changed_and_ended(editor: Client) -> None:
    editor.post(f"{LIST}new/", {**NOTE, "is_after": "on"})
    row = Announcement.objects.get()
    page = editor.get(LIST).content.decode()
    assert "予約の後" in page
    assert "すべての場所" in page
    editor.post(f"{LIST}{row.id}/", {**NOTE, "is_before": "on"})
    assert told("before") == [NOTE["heading"]]
    assert told("after") == []
    editor.post(f"{LIST}{row.id}/end/")
    assert told("before") == []
    assert "終わったお知らせ" in editor.get(f"{LIST}{row.id}/").content.decode()


def test_an_emergency_is_no_note_and_the_other_way_round(editor: Client) -> None:
    editor.post(f"{LIST}new/", {**NOTE, "is_before": "on"})
    row = Announcement.objects.get()
    assert editor.get(f"/announcements/emergency/{row.id}/").status_code == 404
    assert queries.emergencies(now=NOW) == []


def test_each_class_is_kept_as_long_as_the_city_chose(editor: Client) -> None:
    editor.post(f"{LIST}new/", {**NOTE, "is_before": "on"})
    editor.post("/announcements/emergency/new/", {**NOTE, "audience": "resident"})
    preferences.change(
        plugin="madoguchi.announcements",
        values={"emergency_months": 2, "booking_months": 1},
        actor=SYSTEM,
        now=NOW,
    )
    ended = Announcement.objects.earliest("ends_at").ends_at
    assert services.purge(now=ended + timedelta(days=30)) == 0
    assert services.purge(now=ended + timedelta(days=32)) == 1
    assert [row.kind for row in Announcement.objects.all()] == ["emergency"]
    assert services.purge(now=ended + timedelta(days=63)) == 1
    assert AuditEntry.objects.filter(action=PURGED).count() == 2
    assert RetentionSettings().emergency_months >= RetentionSettings().booking_months
