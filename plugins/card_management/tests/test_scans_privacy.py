"""What scanned papers hold about a person, and how it goes: rows, keys and files."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from madoguchi import clock
from madoguchi.hooks.contracts.people import PersonWanted
from madoguchi.tenancy import City
from plugins.card_management.models.figures import VisitFact
from plugins.card_management.models.scans import ScanDocument, ScanEntry, ScanPage
from plugins.card_management.services import scans_privacy, scans_typing
from plugins.card_management.tests import paper
from plugins.card_management.tests.scans import FIRST, HANAKO, documents, scanned

pytestmark = pytest.mark.django_db


def typed(**changes: str) -> ScanDocument:
    (document,) = documents(scanned(paper.form(lines=3 + len(changes))))
    ScanDocument.objects.filter(id=document.id).update(is_sampled=False)
    scans_typing.type_document(
        document_id=document.id, seen="blank", values={**HANAKO, **changes}, actor=FIRST, now=clock.now()
    )
    return document


@pytest.mark.parametrize(
    ("wanted", "certain"),
    [
        (PersonWanted(reference="abc-123456"), [False]),
        (PersonWanted(kana="みほん　はなこ", birthday=date(1988, 2, 29)), [True]),
        (PersonWanted(kana="ミホン ハナコ"), [False]),
        (PersonWanted(kana="ミホン ハナコ", birthday=date(1988, 3, 1)), []),
        (PersonWanted(email="hanako@example.jp"), []),
    ],
)
def test_a_persons_papers_are_found_by_what_was_typed(
    home: City, wanted: PersonWanted, certain: list[bool]
) -> None:
    typed()
    typed(number="ABC999999", kana="レイジ ジロウ", born_on="1957-04-01")
    assert [record.is_certain for record in scans_privacy.held_about(wanted)] == certain


def test_erasing_a_paper_takes_its_rows_its_typings_and_its_files(
    home: City, django_capture_on_commit_callbacks: Any
) -> None:
    typed()
    (record,) = scans_privacy.held_about(PersonWanted(reference="ABC123456"))
    file = Path(settings.MEDIA_ROOT) / str(home.uuid) / ScanPage.objects.get().stored_as
    assert file.exists()
    with django_capture_on_commit_callbacks(execute=True):
        (erased,) = scans_privacy.erase_held((record.key, "card_management_card:x"))
    assert erased.rows == 1
    assert not ScanDocument.objects.exists()
    assert not ScanEntry.objects.exists()
    assert not file.exists()


def test_papers_are_kept_as_long_as_the_city_says_but_for_those_that_are_held(home: City) -> None:
    first, second = typed(), typed(number="ABC999999")
    ScanDocument.objects.update(created_at=clock.now() - timedelta(days=100))
    held = frozenset(key for key, _words in scans_privacy.find_to_hold("ABC123456"))
    assert held == {str(first.id)}
    assert scans_privacy.count_due(before=clock.today(), held=held) == 1
    assert scans_privacy.erase_due(before=clock.today(), held=held, limit=10) == 1
    assert list(ScanDocument.objects.values_list("id", flat=True)) == [first.id] != [second.id]


def test_counts_of_visits_go_with_time(home: City) -> None:
    for days in (1, 400):
        VisitFact.objects.create(
            booking=uuid4(),
            place=home.uuid,
            starts_at=clock.now() - timedelta(days=days),
            channel="web",
            people=1,
            heard_at=clock.now(),
        )
    visits = next(each for each in scans_privacy.DATA_CLASSES if each.name.endswith("visit_counts"))
    before = clock.today() - timedelta(days=365)
    assert visits.count(before=before, held=frozenset()) == 1
    assert visits.erase(before=before, held=frozenset(), limit=5) == 1
    assert VisitFact.objects.count() == 1
