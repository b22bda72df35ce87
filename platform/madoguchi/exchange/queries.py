"""What can be asked about imports."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.exchange.errors import ImportNotFound
from madoguchi.exchange.formats import active_formats
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import pieces
from madoguchi.exchange.services.applying import UNDO_WINDOW
from madoguchi.hooks.values import ImportFormat

SAMPLE_ROWS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a file as they stand in it."""

    heading: list[str]
    rows: list[list[str]]


def find(*, import_id: UUID) -> ImportJob:
    """Find an import.

    Raises ImportNotFound.
    """
    job = ImportJob.objects.filter(id=import_id).first()
    if job is None:
        raise ImportNotFound(import_id=str(import_id))
    return job


def recent(*, formats: list[str]) -> QuerySet[ImportJob]:
    """List imports of some formats, newest first."""
    return ImportJob.objects.filter(format__in=formats).order_by("-uploaded_at", "id")


def unapplied() -> int:
    """Count the files that were checked and neither applied nor thrown away."""
    return ImportJob.objects.filter(state=ImportJob.State.CHECKED).count()


def earlier(*, job: ImportJob) -> ImportJob | None:
    """Find the import that already brought the same content in."""
    return ImportJob.objects.filter(id=job.repeats).first() if job.repeats else None


def format_of(*, job: ImportJob) -> ImportFormat | None:
    """Find the format of an import, or None while its plugin is off."""
    return next((each for each in active_formats() if each.name == job.format), None)


def can_undo(*, job: ImportJob, now: datetime) -> bool:
    """Tell whether an import can still be undone."""
    is_applied = job.state == ImportJob.State.APPLIED and job.applied_at is not None
    return is_applied and now - job.applied_at <= UNDO_WINDOW  # type: ignore[operator]


def _readable(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        # The check has already named the lines that cannot be read; the others are shown.
        with suppress(csv.Error):
            row = next(reader, None)
            if row is None:
                return
            yield row


def sample(*, job: ImportJob) -> Sample:
    """Read the first rows of a stored file."""
    text = io.TextIOWrapper(pieces.open_stream(import_id=job.id), encoding=job.encoding, newline="")
    heading = text.readline()
    delimiter = "\t" if heading.count("\t") > heading.count(",") else ","
    lines = [heading, *(line for line, _ in zip(text, range(SAMPLE_ROWS), strict=False))]
    rows = list(_readable(lines, delimiter))
    return Sample(heading=rows[0] if rows else [], rows=rows[1:])
