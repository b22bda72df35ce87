"""What can be asked about imports."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.exchange.errors import FileRefused, ImportNotFound, ProfileNotFound
from madoguchi.exchange.formats import active_formats
from madoguchi.exchange.models import ImportJob, ImportProfile, ImportProfileVersion
from madoguchi.exchange.rules.columns import shown
from madoguchi.exchange.services import pieces
from madoguchi.exchange.services.applying import UNDO_WINDOW
from madoguchi.exchange.services.profiled import AT_ONCE, ProfiledSource
from madoguchi.exchange.services.running import profile_layout_of
from madoguchi.hooks.values import ImportFormat

SAMPLE_ROWS = 5
MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a file as they stand in it."""

    heading: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as a page shows it."""

    profile: ImportProfile
    label: str
    versions: tuple[ImportProfileVersion, ...] = ()

    def __str__(self) -> str:
        return f"{self.profile.name}（{self.label}）"

    @property
    def newest(self) -> ImportProfileVersion | None:
        """The version by which files are read now."""
        return self.versions[0] if self.versions else None


def profiles(*, formats: Sequence[ImportFormat]) -> list[Profile]:
    """List the profiles of some formats, by name."""
    labels = {each.name: str(each.label) for each in formats}
    found = ImportProfile.objects.filter(format__in=labels).order_by("-is_active", "name")
    return [Profile(each, labels[each.format]) for each in found]


def find_profile(*, profile_id: UUID) -> Profile:
    """Find a profile with its versions, the newest first.

    Raises ProfileNotFound.
    """
    found = ImportProfile.objects.filter(id=profile_id).first()
    labels = {each.name: str(each.label) for each in active_formats()}
    if found is None or found.format not in labels:
        raise ProfileNotFound(profile=str(profile_id))
    return Profile(found, labels[found.format], tuple(found.versions.order_by("-number")[:MOST_VERSIONS]))


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


def key_of(*, import_id: UUID) -> str:
    """Name by what an import finds what is there, as its profile chose; nothing without a choice."""
    job = ImportJob.objects.select_related("profile_version").filter(id=import_id).first()
    return str(job.profile_version.layout.get("key", "")) if job and job.profile_version else ""


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
    """Read the first rows of a stored file: as they stand in it, or as the city's profile reads them."""
    layout = profile_layout_of(job=job)
    if layout is not None:
        heading = [each.column for each in layout.mapped]
        source = ProfiledSource(
            stream=pieces.open_stream(import_id=job.id),
            encoding=job.encoding,
            layout=layout,
            columns=heading,
            parse=list,
        ).within(AT_ONCE)
        with suppress(FileRefused):
            return _shortened(job, heading, list(source.mapped_rows(SAMPLE_ROWS)))
        return Sample(heading=heading, rows=[])
    text = io.TextIOWrapper(pieces.open_stream(import_id=job.id), encoding=job.encoding, newline="")
    first = text.readline()
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    lines = [first, *(line for line, _ in zip(text, range(SAMPLE_ROWS), strict=False))]
    rows = list(_readable(lines, delimiter))
    return _shortened(job, rows[0] if rows else [], rows[1:])


def _shortened(job: ImportJob, heading: list[str], rows: list[list[str]]) -> Sample:
    wanted = format_of(job=job)
    kept = wanted.shortened if wanted else ()
    return Sample(heading, [shown(names=heading, cells=cells, shortened=kept) for cells in rows])
