"""A scanner's file becomes documents, and what cannot be one is refused whole."""

import io
import struct
from pathlib import Path
from time import monotonic

import pytest
from django.conf import settings
from PIL import Image

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.vault import SealBroken
from madoguchi.tenancy import City
from plugins.card_management.formats import scan_pictures
from plugins.card_management.models.scans import ScanBatch, ScanPage, ScanPiece
from plugins.card_management.queries import scans as queries
from plugins.card_management.services import scans_mending, scans_reading, scans_store
from plugins.card_management.services.scans_receiving import ScanRefused
from plugins.card_management.tests import paper
from plugins.card_management.tests.scans import documents, pages, read, received, scanned

pytestmark = pytest.mark.django_db


def test_separator_sheets_begin_documents_of_their_kind_and_are_not_kept(home: City) -> None:
    batch = scanned(
        paper.form(words="先頭"),
        paper.separator("agent"),
        paper.form(),
        paper.form(lines=5),
        paper.separator("certificate"),
        paper.form(),
        kind="receipt",
    )
    found = documents(batch)
    assert [each.kind for each in found] == ["receipt", "agent", "certificate"]
    assert [len(pages(each.id)) for each in found] == [1, 2, 1]
    assert [page.sheet for page in pages(found[1].id)] == [3, 4]
    assert (batch.state, batch.pages, batch.documents) == (ScanBatch.State.OPEN, 4, 3)
    assert not ScanPiece.objects.exists()


def test_a_fixed_number_of_pages_makes_a_document(home: City) -> None:
    batch = scanned(*[paper.form(lines=3 + each) for each in range(5)], pages_each=2)
    assert [len(pages(each.id)) for each in documents(batch)] == [2, 2, 1]


def test_tiff_png_and_jpeg_are_read_too(home: City) -> None:
    assert scanned(content=paper.as_tiff(paper.form(), paper.form(lines=3))).pages == 2
    assert scanned(content=paper.as_png(paper.form(lines=7, mode="L"))).pages == 1


def test_the_number_in_a_square_on_the_page_is_offered_to_whoever_types(home: City) -> None:
    (document,) = documents(scanned(paper.form(code="ABC123456")))
    assert queries.document(document_id=document.id, eyes=EVERYTHING).number == "ABC123456"


def test_doubtful_pages_wait_for_somebody(home: City) -> None:
    crooked = paper.form().convert("L").rotate(3, fillcolor=255)
    batch = scanned(paper.form(), paper.blank(), crooked)
    (document,) = documents(batch)
    assert [page.faults for page in pages(document.id)] == [[], ["blank"], ["skewed"]]
    assert [page.is_settled for page in pages(document.id)] == [True, False, False]
    assert scans_mending.remove_blanks(batch_id=batch.id, actor=SYSTEM, now=clock.now()) == 1
    assert [page.sheet for page in pages(document.id)] == [1, 3]


def test_a_page_that_nobody_can_open_goes_to_the_queue_and_the_rest_goes_on(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*, content: bytes) -> object:
        yield scan_pictures.Sheet(1, paper.form())
        yield scan_pictures.Sheet(2, None)

    monkeypatch.setattr(scan_pictures, "sheets", broken)
    (document,) = documents(scanned(paper.form(), paper.form()))
    assert [page.faults for page in pages(document.id)] == [[], ["unreadable"]]


def test_pictures_lie_encrypted_each_under_its_own_key(home: City) -> None:
    (document,) = documents(scanned(paper.form(), paper.form(lines=4)))
    first, second = pages(document.id)
    file = Path(settings.MEDIA_ROOT) / str(home.uuid) / first.stored_as
    closed = file.read_bytes()
    assert len(closed) == first.stored_bytes
    assert b"PNG" not in closed
    picture = scans_store.fetch(queries.key_of(page_id=first.id))
    assert picture.startswith(b"\x89PNG")
    # The key of one page opens no other.
    other = queries.key_of(page_id=second.id)
    moved = scans_store.PageKey(page=first.id, name=first.stored_as, key=other.key, version=1)
    with pytest.raises(SealBroken):
        scans_store.fetch(moved)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.4 half a fi", "damaged"),
        (b"number,name\n1,2\n", "format"),
        (b"\x89PNG\r\n\x1a\n broken", "format"),
    ],
)
def test_what_is_no_scan_is_refused_and_nothing_is_kept(home: City, content: bytes, reason: str) -> None:
    with pytest.raises(ScanRefused) as refusal:
        received(content=content)
    assert refusal.value.reason == reason
    assert not ScanBatch.objects.exists()


def test_a_later_page_beyond_all_paper_is_not_unpacked(home: City) -> None:
    (document,) = documents(scanned(content=paper.as_tiff(paper.form(), Image.new("1", (9_000, 9_000), 1))))
    assert [page.faults for page in pages(document.id)] == [[], ["unreadable"]]


def test_a_picture_beyond_all_paper_in_a_pdf_is_not_drawn(home: City) -> None:
    large = io.BytesIO()
    Image.new("1", (9_000, 9_000), 1).save(large, "PDF", resolution=1_200)
    (document,) = documents(scanned(content=large.getvalue()))
    assert [page.faults for page in pages(document.id)] == [["unreadable"]]


def test_a_chain_of_pages_without_end_is_followed_no_further_than_one_too_many() -> None:
    # One directory of a page after the other, each naming the next, and hardly anything in them.
    entry = struct.pack("<HHHIHHI", 2, 256, 3, 1, 1, 0, 0)[:14] + struct.pack("<HHII", 257, 3, 1, 1)
    size = len(entry) + 4
    chain = b"".join(entry + struct.pack("<I", 8 + (number + 1) * size) for number in range(60_000))
    begun = monotonic()
    with pytest.raises(ScanRefused) as refusal:
        received(content=b"II*\0" + struct.pack("<I", 8) + chain)
    assert refusal.value.reason in ("too_many", "format")
    assert monotonic() - begun < 5


@pytest.mark.parametrize("depth", [12, 200])
def test_a_pdf_whose_pages_multiply_is_refused_in_time(home: City, depth: int) -> None:
    begun = monotonic()
    with pytest.raises(ScanRefused) as refusal:
        received(content=paper.multiplying(depth))
    assert refusal.value.reason == "too_many"
    assert monotonic() - begun < 5


def test_the_same_file_is_refused_a_second_time(home: City) -> None:
    content = paper.as_pdf(paper.form())
    scanned(content=content)
    with pytest.raises(ScanRefused) as refusal:
        received(content=content, title="別の箱")
    assert refusal.value.reason == "twice"


def test_reading_twice_changes_nothing(home: City) -> None:
    batch = scanned(paper.form())
    before = ScanPage.objects.count()
    read(batch)
    assert ScanPage.objects.count() == before
    assert AuditEntry.objects.filter(action="card_management.scan_read").count() == 1


def test_a_file_on_which_a_worker_died_is_set_aside_and_may_be_brought_again(home: City) -> None:
    content = paper.as_pdf(paper.form())
    batch = scans_reading.give_up(batch_id=received(content=content).id, actor=SYSTEM, now=clock.now())
    assert (batch.state, ScanPiece.objects.count()) == (ScanBatch.State.FAILED, 0)
    assert "途中で止まりました" in batch.reason
    assert read(batch).state == ScanBatch.State.FAILED
    assert scanned(content=content).state == ScanBatch.State.OPEN


def test_kinds_that_may_show_a_my_number_wait_to_be_looked_at(home: City) -> None:
    first, second = documents(scanned(paper.form(), paper.separator("application"), paper.form()))
    assert [page.numbers for page in pages(first.id)] == ["none"]
    assert [page.numbers for page in pages(second.id)] == ["unknown"]
