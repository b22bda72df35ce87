"""What can be asked about scanned papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME
from madoguchi.ledger import vault
from madoguchi.web.dates import NotADate, read_date
from madoguchi.web.tables import Asked, Table
from plugins.card_management.models import Card
from plugins.card_management.models.scans import (
    DOCUMENT_SEALED,
    ScanBatch,
    ScanDocument,
    ScanEntry,
    ScanPage,
)
from plugins.card_management.rules import scans_fields as fields
from plugins.card_management.services import scans_indexes as indexes
from plugins.card_management.services import scans_store as store
from plugins.card_management.services.indexes import index_reference
from plugins.card_management.services.reach import reached
from plugins.card_management.services.scans_mending import PageNotFound
from plugins.card_management.services.scans_typing import DocumentNotFound

HIDDEN: Final = (ScanPage.Numbers.UNKNOWN, ScanPage.Numbers.SUSPECTED)
QUEUE: Final = 50
_NAMELESS: Final[Mapping[str, str]] = dict.fromkeys(fields.FIELDS, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """One page as a reader may see it."""

    id: UUID
    document: UUID
    position: int
    sheet: int
    faults: tuple[str, ...]
    is_settled: bool
    numbers: str
    turned: int
    width: int
    height: int

    @property
    def is_hidden(self) -> bool:
        """Tell whether somebody has to look for a My Number first."""
        return self.numbers in HIDDEN


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """One document as a reader may see it; what is kept from them is empty."""

    id: UUID
    batch: UUID
    batch_title: str
    kind: str
    state: str
    trouble: str
    number: str
    name: str
    kana: str
    born_on: str
    written_on: date | None
    note: str
    created_at: datetime
    pages: int = 0

    @property
    def born_day(self) -> date | None:
        """Read the day of birth, where a calendar has it."""
        return date.fromisoformat(self.born_on) if self.born_on else None


@dataclass(frozen=True)
class Documents:
    """Scanned documents, found by number, reading, birth date, kind, state or day."""

    wanted: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ("-created_at", "id")
    eyes: Eyes = EVERYTHING

    def narrowed(self, *, table: Table, asked: Asked) -> "Documents":
        """Look for what is asked."""
        column = table.column(asked.sort_column)
        sign = "-" if asked.is_descending else ""
        order = tuple(f"{sign}{name}" for name in column.sort) if column else self.order
        return replace(self, wanted=dict(asked.chosen), order=order or self.order)

    def total(self) -> int | None:
        """Count what was found."""
        return _narrowed(self.wanted, self.eyes).count()

    def piece(self, *, first: int, count: int) -> Sequence[DocumentView]:
        """Give some of them."""
        rows = _narrowed(self.wanted, self.eyes).order_by(*self.order).select_related("batch")
        return views_of(rows[first : first + count], self.eyes)


def document(*, document_id: UUID, eyes: Eyes) -> DocumentView:
    """Find one document.

    Raises DocumentNotFound, for one of a card of other places, too.
    """
    rows = ScanDocument.objects.filter(own(eyes), id=document_id).select_related("batch")
    found = views_of(rows, eyes)
    if not found:
        raise DocumentNotFound(document=str(document_id))
    return found[0]


def pages_of(*, document_id: UUID) -> list[PageView]:
    """List the pages of a document in their order."""
    return [page_of(page) for page in ScanPage.objects.filter(document=document_id).order_by("position")]


def own(eyes: Eyes, /, *, document: str = "") -> Q:
    """Say which documents a reader's work reaches: all but those whose number is of cards elsewhere only.

    ``document`` leads to the document from another table: ``document__``.
    """
    if eyes.places is None:
        return Q()
    cards = Card.objects.filter(reference_index=OuterRef(f"{document}number_index"))
    return ~Q(Exists(cards)) | Q(Exists(cards.filter(reached(eyes))))


def page(*, page_id: UUID, eyes: Eyes) -> PageView:
    """Find one page.

    Raises PageNotFound, for one of a document that a reader's work does not reach, too.
    """
    found = ScanPage.objects.filter(own(eyes, document="document__"), id=page_id).first()
    if found is None:
        raise PageNotFound(page=str(page_id))
    return page_of(found)


def key_of(*, page_id: UUID) -> store.PageKey:
    """Give what opens a page's picture.

    Raises PageNotFound.
    """
    found = ScanPage.objects.filter(id=page_id).values_list("stored_as", "sealed").first()
    if found is None:
        raise PageNotFound(page=str(page_id))
    return store.key_of(page=page_id, name=found[0], sealed=bytes(found[1]))


def history(*, document_id: UUID) -> list[tuple[int, str, datetime]]:
    """List who typed a document when."""
    rows = ScanEntry.objects.filter(document=document_id).order_by("turn")
    return list(rows.values_list("turn", "typed_by_name", "typed_at"))


def of_card(*, card_id: UUID) -> list[tuple[UUID, str, date | None]]:
    """List the documents under the number of a card by key, kind and day; nothing sealed is opened."""
    number = Card.objects.filter(id=card_id).values("reference_index")
    rows = ScanDocument.objects.filter(number_index__in=number).order_by("-written_on", "id")
    return list(rows.values_list("id", "kind", "written_on")[:QUEUE])


def batches() -> "QuerySet[ScanBatch]":
    """List the batches."""
    return ScanBatch.objects.all()


def batch(*, batch_id: UUID) -> ScanBatch:
    """Find one batch.

    Raises DocumentNotFound.
    """
    found = ScanBatch.objects.filter(id=batch_id).first()
    if found is None:
        raise DocumentNotFound(batch=str(batch_id))
    return found


def first_of_batch(*, batch_id: UUID) -> UUID | None:
    """Find the document that was scanned first."""
    rows = ScanDocument.objects.filter(batch=batch_id).annotate(sheet=Min("pages__sheet")).order_by("sheet")
    return rows.values_list("id", flat=True).first()


def _narrowed(wanted: Mapping[str, str], eyes: Eyes) -> "QuerySet[ScanDocument]":
    rows = ScanDocument.objects.filter(own(eyes))
    for name, value in wanted.items():
        if value:
            rows = _by(rows, name, value)
    return rows


def _by(rows: "QuerySet[ScanDocument]", name: str, value: str) -> "QuerySet[ScanDocument]":
    if name == "number":
        return rows.filter(number_index=index_reference(reference=fields.plain_number(value)))
    if name == "kana":
        # A surname alone, or a whole reading with or without a gap.
        return rows.filter(Q(kana_index=_indexed(value)) | Q(surname_index=_surname(value)))
    if name == "born_on":
        index = indexes.index_born(_day(value))
        return rows.filter(born_index=index) if index else rows.none()
    if name in ("from", "until"):
        day = _day(value)
        return rows.filter(**{f"written_on__{'gte' if name == 'from' else 'lte'}": day}) if day else rows
    return rows.filter(**{name: value}) if name in ("kind", "state", "trouble", "batch") else rows


def _indexed(value: str) -> bytes:
    # Nothing is indexed as nothing: empty bytes fit no row.
    return indexes.index_kana(value) or b""


def _surname(value: str) -> bytes:
    has_gap = fields.plain_surname(value) != fields.plain_kana(value)
    return b"" if has_gap else indexes.index_surname(value) or b""


def _day(text: str) -> str:
    try:
        return read_date(text).isoformat()
    except NotADate:
        return ""


def views_of(rows: "QuerySet[ScanDocument]", eyes: Eyes) -> list[DocumentView]:
    """Open documents for a reader."""
    opener = vault.sealer(place=DOCUMENT_SEALED)
    found = list(rows)
    counted = dict(
        ScanPage.objects.filter(document__in=[row.id for row in found])
        .order_by()
        .values_list("document")
        .annotate(count=Count("id"))
    )
    return [_view(row, opener.open(row.sealed, row.id), eyes, counted.get(row.id, 0)) for row in found]


def _view(row: ScanDocument, opened: dict[str, Any], eyes: Eyes, pages: int) -> DocumentView:
    said = {**_NAMELESS, **opened}
    return DocumentView(
        id=row.id,
        batch=row.batch_id,
        batch_title=row.batch.title,
        kind=row.kind,
        state=row.state,
        trouble=row.trouble,
        number=said[fields.NUMBER],
        name=eyes.text(NAME, said[fields.NAME]),
        kana=eyes.text(KANA, said[fields.KANA]),
        born_on="" if eyes.is_masked(BORN_ON) else said[fields.BORN_ON],
        written_on=row.written_on,
        note=said[fields.NOTE],
        created_at=row.created_at,
        pages=pages,
    )


def page_of(row: ScanPage) -> PageView:
    """Say of a page what its row says."""
    return PageView(
        id=row.id,
        document=row.document_id,
        position=row.position,
        sheet=row.sheet,
        faults=tuple(row.faults),
        is_settled=row.is_settled,
        numbers=row.numbers,
        turned=row.turned,
        width=row.width,
        height=row.height,
    )
