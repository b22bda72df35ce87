"""Legal pages are read as versions, without signing in; a city without them takes no bookings."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cms.documents import LegalPage
from cms.versions import LegalVersion, digest
from madoguchi import clock
from madoguchi.accounts.tests.factories import sign_in
from madoguchi.ledger.audit.models import AuditEntry
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import HANAKO, identify

pytestmark = pytest.mark.django_db
DOCUMENTS = ("terms", "privacy", "accessibility")
PREFIXES = {"ja": "", "en": "/en", "ja-easy": "/ja-easy"}


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def take_down(document: str) -> LegalPage:
    page: LegalPage = LegalPage.objects.get(document=document, locale__language_code="ja")
    page.unpublish()
    return page


@pytest.mark.req("KUM-23")
def test_terms_and_policy_are_versions_everybody_reads_and_without_them_nothing_begins(
    resident: Client, editor: Any, people: People, publish: Callable[..., LegalPage]
) -> None:
    people.add(*HANAKO)
    # Pages of the city's site with a version and its day, in every language, before anybody signs in.
    for document in ("terms", "privacy"):
        assert "第1版（2026年" in read(resident, f"/{document}/")
        assert "Version 1 (from" in read(resident, f"/en/{document}/")
        assert 'href="/' + document + '/"' in read(resident, "/booking/")
    assert resident.cookies.get("sessionid") is None
    # A new version: published with its day, the old one stays to be read.
    publish("privacy", words="新しい取り扱い", effective_on=clock.today(), needs_consent=True)
    now = read(resident, "/privacy/")
    assert "第2版" in now
    assert "新しい取り扱い" in now
    assert "以前の版" in now
    assert "新しい取り扱い" not in read(resident, "/privacy/?version=1")
    # An unpublished policy: nobody begins, and staff are told why.
    staff = sign_in(Client(headers={"host": "staff.midori.localhost"}), editor)
    assert "予約の受付を止めています" not in read(staff, "/")
    page = take_down("privacy")
    for answer in (resident.get("/booking/"), identify(resident)):
        assert answer.status_code == 503
        words = answer.content.decode()
        assert "予約の受付を準備しています" in words
        assert "電話" in words
        assert 'name="reference"' not in words
    assert "「個人情報の取り扱い」が公開されていないため、予約の受付を止めています" in read(staff, "/")
    page.save_revision(user=editor).publish(user=editor)
    assert identify(resident).status_code == 303
    assert "予約の受付を止めています" not in read(staff, "/")


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("language", PREFIXES)
def test_every_document_stands_in_every_language_from_the_first_day(
    resident: Client, document: str, language: str
) -> None:
    page = read(resident, f"{PREFIXES[language]}/{document}/")
    version = LegalVersion.objects.get(document=document, language=language)
    assert (version.number, version.published_by) == (1, "最初の文")
    assert version.html in page or "<ruby>" in page


def test_a_version_waits_for_its_day(resident: Client, publish: Callable[..., LegalPage]) -> None:
    day = clock.today() + timedelta(days=10)
    publish("terms", words="来月からの規約", effective_on=day)
    before = read(resident, "/terms/")
    assert "来月からの規約" not in before
    assert "から、新しい版になります" in before
    coming = read(resident, "/terms/?version=2")
    assert "来月からの規約" in coming
    assert "から使われます" in coming
    with clock.frozen_at(clock.now() + timedelta(days=10)):
        after = read(resident, "/terms/")
        assert "来月からの規約" in after
        assert "第2版" in after
        assert "これは以前の版です" in read(resident, "/terms/?version=1")


def test_what_was_published_stays_as_it_was(publish: Callable[..., LegalPage], editor: Any) -> None:
    publish("terms", words="第二の規約", effective_on=clock.today())
    second = LegalVersion.objects.get(document="terms", language="ja", number=2)
    assert second.published_by == editor.name
    entry = AuditEntry.objects.get(action="cms.legal_version_published")
    assert entry.details["sha256"] == digest(second)
    publish("terms", words="第三の規約", effective_on=clock.today())
    again = LegalVersion.objects.get(pk=second.pk)
    assert digest(again) == entry.details["sha256"]
    assert "第二の規約" in again.html


def test_a_page_published_again_with_the_same_words_is_no_new_version(
    publish: Callable[..., LegalPage],
) -> None:
    publish("terms", words="同じ規約", effective_on=clock.today())
    publish("terms", words="同じ規約", effective_on=clock.today())
    assert LegalVersion.objects.filter(document="terms", language="ja").count() == 2


def test_a_draft_is_no_version(resident: Client, editor: Any) -> None:
    page: Any = LegalPage.objects.get(document="terms", locale__language_code="ja")
    page.body = [("text", "<p>まだ下書き</p>")]
    page.save_revision(user=editor)
    assert "まだ下書き" not in read(resident, "/terms/")
    assert LegalVersion.objects.filter(document="terms", language="ja").count() == 1


def test_a_translation_carries_the_number_of_its_original(
    resident: Client, publish: Callable[..., LegalPage]
) -> None:
    publish("privacy", words="第二の取り扱い", effective_on=clock.today())
    behind = read(resident, "/en/privacy/")
    assert "There is a newer version in Japanese" in behind
    publish("privacy", words="The second policy", language="en")
    publish("privacy", words="The second policy, mended", language="en")
    page = read(resident, "/en/privacy/")
    assert "Version 2" in page
    assert "The second policy, mended" in page
    assert "newer version in Japanese" not in page
    numbers = LegalVersion.objects.filter(document="privacy", language="en").values_list("number", "edition")
    assert sorted(numbers) == [(1, 1), (2, 1), (2, 2)]


def test_a_version_never_applies_before_the_one_before(publish: Callable[..., LegalPage]) -> None:
    publish("terms", words="先の規約", effective_on=clock.today() + timedelta(days=10))
    with pytest.raises(ValidationError, match="前の版の適用日"):
        publish("terms", words="戻る規約", effective_on=clock.today() + timedelta(days=5))


def test_a_city_whose_pages_are_older_than_versions_keeps_its_bookings(resident: Client) -> None:
    """A city founded before has its policy as a page of guidance, and no terms."""
    from cms.models import HomePage, InfoPage

    LegalVersion.objects.all().delete()
    for page in LegalPage.objects.all():
        page.delete()
    assert resident.get("/booking/").status_code == 503
    home = HomePage.objects.get(locale__language_code="ja")
    home.add_child(instance=InfoPage(title="個人情報の取り扱い", slug="privacy", locale=home.locale))
    assert resident.get("/booking/").status_code == 200
    assert "個人情報の取り扱い" in read(resident, "/privacy/")
