"""Turn a scanner's file into documents: separator sheets begin them, each page is judged and stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from PIL import Image

from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.intake.my_number import find_my_number
from plugins.card_management.adapters.scan_letters import LetterReader, letter_reader
from plugins.card_management.formats import scan_pictures as pictures
from plugins.card_management.models.scans import (
    DOCUMENT_SEALED,
    ScanBatch,
    ScanDocument,
    ScanPage,
    ScanPiece,
)
from plugins.card_management.rules.scans_fields import NUMBER, kind_of_sheet, number_of
from plugins.card_management.rules.scans_kinds import CODES, OTHER, may_show_numbers
from plugins.card_management.rules.scans_sampling import is_sampled
from plugins.card_management.services import scans_store as store
from plugins.card_management.services.scans_receiving import OBJECT, REASONS, content_of

Tell = Callable[[int, int], None]
# What stands for a page that nobody could open.
_NOTHING: Final = (700, 990)


@dataclass
class _Filing:
    """Where the next page goes."""

    batch: ScanBatch
    now: datetime
    kind: str
    documents: list[ScanDocument] = field(default_factory=list)
    pages: list[ScanPage] = field(default_factory=list)
    numbers: dict[UUID, set[str]] = field(default_factory=dict)
    is_new: bool = True
    in_this: int = 0

    def begin(self, kind: str) -> None:
        """Let the next page begin a document."""
        self.kind, self.is_new = (kind if kind in CODES else OTHER), True

    def place(self) -> tuple[ScanDocument, int]:
        """Give the document of the next page, and the page's place in it."""
        if self.is_new or (self.batch.pages_each and self.in_this >= self.batch.pages_each):
            self._open()
        self.in_this += 1
        return self.documents[-1], self.in_this

    def _open(self) -> None:
        key = uuid4()
        self.documents.append(
            ScanDocument(
                id=key,
                batch=self.batch,
                position=len(self.documents) + 1,
                kind=self.kind,
                is_sampled=is_sampled(document=key, percent=self.batch.check_percent),
                created_at=self.now,
            )
        )
        self.numbers[key] = set()
        self.is_new, self.in_this = False, 0


def read(*, batch_id: UUID, tell: Tell, actor: Actor, now: datetime) -> ScanBatch:
    """Read a received file into documents and pages; a second time changes nothing."""
    batch = ScanBatch.objects.select_for_update().get(id=batch_id)
    if batch.state != ScanBatch.State.RECEIVED:
        return batch
    filing = _Filing(batch=batch, now=now, kind=batch.kind)
    try:
        for number in _filed(filing, content_of(batch_id=batch_id), letter_reader()):
            tell(number, batch.pages)
        _write(filing)
    except pictures.NotReadable as trouble:
        store.drop(page.stored_as for page in filing.pages)
        batch.state, batch.reason = ScanBatch.State.FAILED, str(REASONS[trouble.reason])
        filing = _Filing(batch=batch, now=now, kind=batch.kind)
    except BaseException:
        # The rows go back by themselves, the files do not.
        store.drop(page.stored_as for page in filing.pages)
        raise
    ScanPiece.objects.filter(batch=batch).delete()
    _close(filing, actor)
    return batch


def give_up(*, batch_id: UUID, actor: Actor, now: datetime) -> ScanBatch:
    """Set a file aside on which a worker died: the next one might, too; it may be brought again."""
    batch = ScanBatch.objects.select_for_update().get(id=batch_id)
    if batch.state == ScanBatch.State.RECEIVED:
        batch.state, batch.reason = ScanBatch.State.FAILED, str(REASONS["stopped"])
        ScanPiece.objects.filter(batch=batch).delete()
        _close(_Filing(batch=batch, now=now, kind=batch.kind), actor)
    return batch


def _filed(filing: _Filing, content: bytes, letters: LetterReader) -> Iterator[int]:
    for sheet in pictures.sheets(content=content):
        picture = sheet.picture
        codes = pictures.codes_on(picture) if picture is not None else ()
        kinds = [kind for kind in map(kind_of_sheet, codes) if kind]
        if kinds:
            filing.begin(kinds[0])
        else:
            document, position = filing.place()
            filing.pages.append(_page(filing, document, position, sheet, letters))
            filing.numbers[document.id].add(number_of(codes))
        yield sheet.number


def _page(
    filing: _Filing, document: ScanDocument, position: int, sheet: pictures.Sheet, letters: LetterReader
) -> ScanPage:
    key, picture = uuid4(), sheet.picture
    faults: tuple[str, ...] = (pictures.UNREADABLE,)
    boxes: list[store.Box] = []
    if picture is None:
        picture = Image.new("1", _NOTHING, 1)
    else:
        faults = pictures.faults_of(picture)
        boxes = _numbers_on(picture, letters)
    packed = pictures.pack(picture)
    kept = store.keep(page=key, content=packed.content, boxes=boxes)
    return ScanPage(
        id=key,
        document=document,
        position=position,
        sheet=sheet.number,
        sealed=kept.sealed,
        stored_as=kept.name,
        stored_bytes=kept.size,
        width=packed.width,
        height=packed.height,
        faults=list(faults),
        is_settled=not faults,
        numbers=_suspicion(document.kind, has_boxes=bool(boxes), is_blank=pictures.BLANK in faults),
        created_at=filing.now,
    )


def _numbers_on(picture: Image.Image, letters: LetterReader) -> list[store.Box]:
    lines = letters.lines(picture) or []
    return [line.box for line in lines if find_my_number(text=line.text) is not None]


def _suspicion(kind: str, *, has_boxes: bool, is_blank: bool) -> str:
    if has_boxes:
        return ScanPage.Numbers.SUSPECTED
    # A program that found nothing proves nothing: handwriting is beyond it.
    return ScanPage.Numbers.UNKNOWN if may_show_numbers(kind) and not is_blank else ScanPage.Numbers.NONE


def _write(filing: _Filing) -> None:
    sealer = vault.sealer(place=DOCUMENT_SEALED)
    for document in filing.documents:
        found = filing.numbers[document.id] - {""}
        said = {NUMBER: found.pop()} if len(found) == 1 else {}
        document.sealed = sealer.seal(said, document.id)
    ScanDocument.objects.bulk_create(filing.documents, batch_size=500)
    ScanPage.objects.bulk_create(filing.pages, batch_size=500)
    filing.batch.state = ScanBatch.State.OPEN if filing.documents else ScanBatch.State.FAILED
    filing.batch.reason = "" if filing.documents else str(REASONS["empty"])


def _close(filing: _Filing, actor: Actor) -> None:
    batch = filing.batch
    batch.pages, batch.documents = len(filing.pages), len(filing.documents)
    batch.stored_bytes = sum(page.stored_bytes for page in filing.pages)
    batch.read_at = filing.now
    batch.save(update_fields=["state", "reason", "pages", "documents", "stored_bytes", "read_at"])
    audit.record(
        actor=actor,
        action="card_management.scan_read",
        object_type=OBJECT,
        object_ids=[str(batch.id)],
        details={"documents": batch.documents, "pages": batch.pages, "state": str(batch.state)},
        now=filing.now,
    )
