"""An emergency stands above every page for its period, in the reader's language."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.announcements import queries, services
from madoguchi.announcements.declarations import CHANGED, ENDED, PUBLISHED
from madoguchi.announcements.memory import memory
from madoguchi.announcements.models import Announcement
from madoguchi.ledger.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
STAFF = "staff.midori.localhost"
RESIDENT = "midori.localhost"
LIST = "/announcements/emergency/"
NOW = datetime(2026, 12, 9, 10, 0, tzinfo=clock.JAPAN)
WORDS = {
    "heading": "大雨のため、本庁舎の窓口を閉めています",
    "text": "予約した方には、あらためて連絡します。",
    "heading_en": "The main office is closed because of heavy rain",
    "url": "/access/",
    "audience": "resident",
    "starts_at": "2026-12-09T10:00",
    "ends_at": "2026-12-09T10:20",
    "then": "publish",
}


@pytest.fixture(autouse=True)
def _clean_start() -> Iterator[None]:
    memory.forget()
    with clock.frozen_at(NOW):
        yield
    memory.forget()


@pytest.fixture
def clerk(client: Client) -> Client:
    """A browser of the city's administrator."""
    client.defaults["HTTP_HOST"] = STAFF
    return sign_in(client, StaffFactory.create(city_admin=True))


def at(path: str, *, host: str = RESIDENT) -> str:
    return Client().get(path, headers={"host": host}).content.decode()


def publish(clerk: Client, **given: Any) -> Any:
    return clerk.post(f"{LIST}new/", {**WORDS, **given})


def test_it_stands_above_every_residents_page_at_once_and_ends_by_itself(clerk: Client) -> None:
    assert 'class="banners"' not in at("/")
    assert publish(clerk).status_code == 302
    for path in ("/", "/booking/", "/access/", "/no-such-page/"):
        page = at(path)
        assert page.index("大雨のため") < page.index("<main")
    assert "heavy rain" in at("/en/")
    assert "大雨のため" in at("/ja-easy/")
    with clock.frozen_at(NOW + timedelta(minutes=20)):
        assert "大雨のため" not in at("/")
        page = clerk.get(LIST).content.decode()
        assert "自動（期間の終わり）" in page
        assert "表示しているお知らせはありません" in page


def test_it_is_a_region_with_a_name_that_interrupts_nobody(clerk: Client) -> None:
    publish(clerk)
    page = at("/")
    assert '<section class="banners" aria-label="いまの大切なお知らせ">' in page
    banner = page[page.index('class="banners"') : page.index("<main")]
    for live in ("role=", "aria-live", "autofocus"):
        assert live not in banner


@pytest.mark.parametrize(
    ("audience", "residents", "staff"),
    [("resident", True, False), ("staff", False, True), ("both", True, True)],
)
def test_it_is_seen_by_those_it_is_for(clerk: Client, audience: str, residents: bool, staff: bool) -> None:
    publish(clerk, audience=audience)
    assert ("大雨のため" in at("/")) is residents
    page = clerk.get("/").content.decode()
    assert ('class="banner banner--emergency"' in page) is staff


def test_it_begins_when_its_time_has_come(clerk: Client) -> None:
    publish(clerk, starts_at="2026-12-09T10:10")
    assert "大雨のため" not in at("/")
    assert "開始前" in clerk.get(LIST).content.decode()
    with clock.frozen_at(NOW + timedelta(minutes=10)):
        assert "大雨のため" in at("/")


def test_a_page_asks_no_table_for_it(clerk: Client, django_assert_num_queries: Any) -> None:
    publish(clerk)
    queries.announced(now=NOW)
    with django_assert_num_queries(0):
        assert queries.emergencies(now=NOW)


def test_it_is_looked_at_in_three_languages_before_anybody_sees_it(clerk: Client) -> None:
    page = publish(clerk, then="preview").content.decode()
    assert "このように表示します" in page
    assert "The main office is closed" in page
    assert (
        "入力がないため、日本語で表示します"
        not in page.split("やさしい日本語</h3>")[0].split("preview-heading")[0]
    )
    assert not Announcement.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"heading": ""}, "見出し"),
        ({"ends_at": "2026-12-09T09:00"}, "始まりより後"),
        ({"starts_at": "2026-12-01T09:00", "ends_at": "2026-12-08T09:00"}, "いまより後"),
        ({"ends_at": "2028-12-10T18:00"}, "1年まで"),
        ({"url": "javascript:alert(1)"}, "リンクは"),
        ({"url": "//example.jp/"}, "リンクは"),
        ({"text_easy": "たてものを しめました"}, "見出しも入力"),
    ],
)
def test_what_cannot_be_right_is_refused_in_words(
    clerk: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = publish(clerk, **wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Announcement.objects.exists()


def test_it_is_changed_and_ended_and_all_of_it_is_written_down(clerk: Client) -> None:
    publish(clerk)
    row = Announcement.objects.get()
    assert clerk.post(f"{LIST}{row.id}/", {**WORDS, "heading": "窓口を再開しました"}).status_code == 302
    assert "窓口を再開しました" in at("/")
    assert clerk.post(f"{LIST}{row.id}/end/").status_code == 302
    assert "窓口を再開しました" not in at("/")
    kept = AuditEntry.objects.filter(object_type="announcements.announcement").order_by("id")
    assert [entry.action for entry in kept] == [PUBLISHED, CHANGED, ENDED]
    assert "窓口を再開しました" in kept[1].details["heading"]
    assert clerk.post(f"{LIST}{row.id}/", WORDS).status_code == 409
    assert clerk.post(f"{LIST}{row.id}/end/").status_code == 409
    page = clerk.get(f"{LIST}{row.id}/").content.decode()
    assert "終わったお知らせ" in page
    assert 'name="heading"' not in page


def test_only_those_with_the_permission_raise_an_alarm(client: Client) -> None:
    client.defaults["HTTP_HOST"] = STAFF
    clerk = sign_in(client, StaffFactory.create(counter_clerk=True))
    for path in (LIST, f"{LIST}new/"):
        assert clerk.get(path).status_code == 403
    assert clerk.post(f"{LIST}new/", WORDS).status_code == 403
    assert not Announcement.objects.exists()


def test_markup_in_an_emergency_is_text(clerk: Client) -> None:
    publish(clerk, heading="<script>alert(1)</script>", text="<b>x</b>")
    page = at("/")
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;x" in page


def test_what_ended_is_deleted_when_its_time_of_keeping_is_over(clerk: Client) -> None:
    publish(clerk)
    row = Announcement.objects.get()
    assert services.purge(now=row.ends_at + timedelta(days=35 * 31)) == 0
    assert services.purge(now=row.ends_at + timedelta(days=36 * 31 + 1)) == 1
    assert not Announcement.objects.exists()
