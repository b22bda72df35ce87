"""What is left to do with scanned papers: queues, samples, and the progress of the whole stack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from plugins.card_management.models.scans import ScanBatch, ScanDocument, ScanPage
from plugins.card_management.queries.scans import (
    HIDDEN,
    QUEUE,
    DocumentView,
    PageView,
    own,
    page_of,
    views_of,
)
from plugins.card_management.rules.scans_sampling import Sample, Verdict, interval, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchProgress:
    """How far a batch is, and what its sample says."""

    blank: int
    entered: int
    conflicts: int
    done: int
    faulty_pages: int
    blank_pages: int
    hidden_pages: int
    sample: Sample
    verdict: Verdict
    lowest: float
    highest: float


def progress_of(*, batch: ScanBatch) -> BatchProgress:
    """Count what is left to do in a batch."""
    states = dict(
        ScanDocument.objects.filter(batch=batch).order_by().values_list("state").annotate(count=Count("id"))
    )
    pages = ScanPage.objects.filter(document__batch=batch).aggregate(
        faulty=Count("id", filter=Q(is_settled=False)),
        blank=Count("id", filter=Q(is_settled=False, faults=["blank"])),
        hidden=Count("id", filter=Q(numbers__in=HIDDEN)),
    )
    open_ = ScanDocument.objects.filter(batch=batch, is_sampled=True, state__in=["blank", "entered"]).count()
    sample = Sample(checked=batch.fields_checked, wrong=batch.fields_wrong, open=open_)
    lowest, highest = interval(checked=sample.checked, wrong=sample.wrong)
    return BatchProgress(
        blank=states.get("blank", 0),
        entered=states.get("entered", 0),
        conflicts=states.get("conflict", 0),
        done=states.get("done", 0),
        faulty_pages=pages["faulty"],
        blank_pages=pages["blank"],
        hidden_pages=pages["hidden"],
        sample=sample,
        verdict=Verdict.STOP
        if batch.state == ScanBatch.State.STOPPED
        else judge(sample=sample, permille=batch.error_permille),
        lowest=lowest,
        highest=highest,
    )


def next_to_type(
    *, turn: str, actor_id: str, sees_numbers: bool, eyes: Eyes = EVERYTHING, batch: UUID | None = None
) -> UUID | None:
    """Find the next document that somebody can type, the oldest first.

    `turn` is the state it waits in. Pages that may show a My Number are looked at before.
    """
    rows = ScanDocument.objects.filter(own(eyes), state=turn, trouble="")
    if batch is not None:
        rows = rows.filter(batch=batch)
    if turn == ScanDocument.State.ENTERED:
        rows = rows.exclude(entries__turn=1, entries__typed_by_id=actor_id)
    if not sees_numbers:
        rows = rows.exclude(pages__numbers__in=HIDDEN)
    return rows.order_by("batch__uploaded_at", "batch_id", "position").values_list("id", flat=True).first()


def waiting() -> Mapping[str, int]:
    """Count what waits in each queue."""
    found = dict(
        ScanDocument.objects.exclude(state="done").order_by().values_list("state").annotate(count=Count("id"))
    )
    doubted = ScanPage.objects.filter(is_settled=False).count()
    return {
        "blank": found.get("blank", 0),
        "entered": found.get("entered", 0),
        "conflict": found.get("conflict", 0),
        "quality": doubted + ScanDocument.objects.exclude(trouble="").count(),
        "numbers": ScanPage.objects.filter(numbers__in=HIDDEN).count(),
    }


def doubted_pages(*, eyes: Eyes) -> list[tuple[PageView, str, str]]:
    """List the pages somebody has to look at, with their batch and kind."""
    found = ScanPage.objects.filter(own(eyes, document="document__"), is_settled=False)
    rows = found.select_related("document__batch").order_by("id")[:QUEUE]
    return [(page_of(row), row.document.batch.title, row.document.kind) for row in rows]


def doubted_documents(*, eyes: Eyes) -> Sequence[DocumentView]:
    """List the documents with which something is wrong."""
    found = ScanDocument.objects.filter(own(eyes)).exclude(trouble="")
    rows = found.select_related("batch").order_by("id")[:QUEUE]
    return views_of(rows, eyes)


def next_hidden(*, eyes: Eyes = EVERYTHING, after: UUID | None = None) -> UUID | None:
    """Find the next page on which somebody has to look for a My Number; suspected ones come first."""
    rows = ScanPage.objects.filter(own(eyes, document="document__"), numbers__in=HIDDEN)
    if after is not None:
        rows = rows.exclude(id=after)
    # "suspected" comes before "unknown" in the alphabet.
    return rows.order_by("numbers", "id").values_list("id", flat=True).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was done of the whole stack, as the page of progress counts it."""

    batches: int
    scanned: int
    finished: int
    stored_bytes: int
    checked: int
    wrong: int
    finished_lately: int
    days: int


def tally(*, since: datetime) -> Tally:
    """Count pages and errors, and the pace since a moment."""
    sums = ScanBatch.objects.aggregate(
        batches=Count("id"),
        scanned=Sum("pages"),
        size=Sum("stored_bytes"),
        checked=Sum("fields_checked"),
        wrong=Sum("fields_wrong"),
    )
    pages = ScanPage.objects.filter(document__state="done").aggregate(
        done=Count("id"), lately=Count("id", filter=Q(document__done_at__gte=since))
    )
    lately = ScanDocument.objects.filter(state="done", done_at__gte=since)
    days = lately.annotate(day=TruncDate("done_at")).values("day").distinct().count()
    unread = ScanBatch.objects.filter(state__in=["received", "failed"]).aggregate(pages=Sum("pages"))["pages"]
    return Tally(
        batches=sums["batches"],
        scanned=(sums["scanned"] or 0) - (unread or 0),
        finished=pages["done"],
        stored_bytes=sums["size"] or 0,
        checked=sums["checked"] or 0,
        wrong=sums["wrong"] or 0,
        finished_lately=pages["lately"],
        days=days,
    )
