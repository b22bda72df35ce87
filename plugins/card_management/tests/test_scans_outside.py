"""Stores and programs outside: a bucket, a scanner's folder, a reader of letters."""

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from madoguchi import clock
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.preferences.models import Preference
from madoguchi.tenancy import City
from madoguchi.web.tests.buckets import bucket, real_store, simulated_store
from plugins.card_management.adapters.scan_letters import NoReader, Tesseract
from plugins.card_management.models.scans import ScanBatch
from plugins.card_management.services import scans_returning, scans_store, scans_watching
from plugins.card_management.tests import paper
from plugins.card_management.tests.scans import documents, pages, scanned

__all__ = ["bucket", "real_store", "simulated_store"]
pytestmark = pytest.mark.django_db


def test_pictures_lie_encrypted_in_a_bucket_below_their_city(home: City, bucket: Any) -> None:
    key = uuid4()
    kept = scans_store.keep(page=key, content=b"\x89PNG secret")
    (stored,) = list(bucket.objects.all())
    assert stored.key == f"{home.uuid}/{kept.name}"
    assert b"secret" not in stored.get()["Body"].read()
    found = scans_store.key_of(page=key, name=kept.name, sealed=kept.sealed)
    assert scans_store.fetch(found) == b"\x89PNG secret"
    scans_store.drop([kept.name])
    assert list(bucket.objects.all()) == []


def test_a_city_gets_its_pictures_back_opened_and_named_by_document_and_page(home: City, bucket: Any) -> None:
    batch = scanned(paper.form(), paper.form(lines=3))
    (document,) = documents(batch)
    stored = {page.stored_as: page for page in pages(document.id)}
    assert {each.key.partition("/")[2] for each in bucket.objects.all()} == set(stored)
    opened = list(scans_returning.opened())
    assert [each.name for each in opened] == [
        f"scans/{document.id}/{page.position:03}.png" for page in stored.values()
    ]
    assert [each.stored_as for each in opened] == list(stored)
    assert all(each.content.startswith(b"\x89PNG") for each in opened)
    # What a store has lost stops nothing else from being given back.
    bucket.Object(f"{home.uuid}/{opened[0].stored_as}").delete()
    assert [each.stored_as for each in scans_returning.opened()] == [opened[1].stored_as]


@pytest.fixture
def inbox(home: City, settings: Any, tmp_path: Path) -> Path:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "SCAN_INBOX": str(tmp_path)}
    Preference.objects.create(
        plugin="card_management", chosen={"scans_watch_folder": True}, changed_at=clock.now(), changed_by="x"
    )
    folder = tmp_path / str(home.uuid)
    (folder / "agent").mkdir(parents=True)
    return folder


def lay(file: Path, content: bytes, *, minutes: int = 5) -> None:
    file.write_bytes(content)
    moment = (clock.now() - timedelta(minutes=minutes)).timestamp()
    os.utime(file, (moment, moment))


def test_a_scanners_folder_is_emptied_into_batches(
    inbox: Path, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    from django.urls import set_urlconf

    set_urlconf(settings.MADOGUCHI["URLCONFS"]["staff"])
    lay(inbox / "agent" / "a.pdf", paper.as_pdf(paper.form()))
    lay(inbox / "b.tif", paper.as_tiff(paper.form(lines=3)))
    lay(inbox / "still-writing.pdf", paper.as_pdf(paper.form(lines=4)), minutes=0)
    lay(inbox / "table.csv", b"a,b\n")
    lay(inbox / "bomb.zip", b"PK\x03\x04 rubbish")
    (inbox / "link.pdf").symlink_to("/etc/passwd")
    elsewhere = inbox.parent / "elsewhere"
    elsewhere.mkdir()
    lay(elsewhere / "of-others.csv", b"a,b\n")
    (inbox / "receipt").symlink_to(elsewhere)
    (inbox / "refused").symlink_to(elsewhere)
    with django_capture_on_commit_callbacks(execute=True):
        taken = scans_watching.take_in(actor=SYSTEM, now=clock.now())
    set_urlconf(None)
    assert sorted(batch.kind for batch in taken) == ["agent", "other"]
    assert sorted(file.name for file in inbox.iterdir()) == [
        "agent",
        "link.pdf",
        "receipt",
        "refused",
        "still-writing.pdf",
    ]
    assert {file.name for file in (inbox / "refused").iterdir()} == {"format-table.csv", "format-bomb.zip"}
    assert not list((inbox / "agent").iterdir())
    assert [file.name for file in elsewhere.iterdir()] == ["of-others.csv"]
    assert AuditEntry.objects.filter(action="card_management.scan_refused").count() == 2


def test_a_city_that_does_not_watch_leaves_the_folder_alone(inbox: Path) -> None:
    Preference.objects.all().delete()
    lay(inbox / "b.tif", paper.as_tiff(paper.form()))
    assert scans_watching.take_in(actor=SYSTEM, now=clock.now()) == []
    assert not ScanBatch.objects.exists()


def test_without_a_program_nobody_has_looked() -> None:
    assert NoReader().lines(paper.form()) is None


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="the program tesseract is not installed")
def test_a_reader_of_letters_points_at_what_looks_like_a_my_number(home: City, settings: Any) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "SCAN_LETTERS": "tesseract"}
    assert Tesseract().lines(paper.form(words="1234")) is not None
    batch = scanned(paper.form(words="", lines=3), paper.form(words=paper.LIKE_A_MY_NUMBER, lines=1))
    (document,) = documents(batch)
    assert [page.numbers for page in pages(document.id)] == ["none", "suspected"]
