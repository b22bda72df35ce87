"""Our own list of notices, for a city whose ledger of cards is out of reach: keyed indexes alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.contracts.imports import Comparison, LineProblem
from madoguchi.hooks.contracts.pickups import Ambiguous, Found, MonthDay, Unknown, normalise_reference
from madoguchi.ledger import vault
from plugins.card_reservation.formats.references import NUMBER, ReferenceRow, open_parser
from plugins.card_reservation.models import BookingPerson, Reference
from plugins.card_reservation.services import overlay

OF_NUMBER: Final = "card_reservation.reference.number"
OF_BIRTHDAY: Final = "card_reservation.reference.birthday"
OF_DATE: Final = "card_reservation.reference.date"
_REPEATED: Final = _("同じ番号・同じ生月日の行が前にもあります（前の行だけを取り込みます）。")
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.card_reservation.references'))"


@dataclass(frozen=True, slots=True)
class _Draft:
    line: int
    number: bytes
    overlay: bytes
    birthday: bytes
    date: bytes

    @property
    def key(self) -> tuple[bytes, bytes]:
        return self.birthday, self.date


def find(*, reference: str, birthday: MonthDay) -> Found | Ambiguous | Unknown:
    """Find the one notice of a number and birthday; two of them are ambiguous."""
    index = vault.blind_index(value=f"{reference}|{birthday}", purpose=OF_BIRTHDAY)
    wanted = b""
    if birthday.year is not None:
        whole = f"{birthday.year:04}-{birthday.month:02}-{birthday.day:02}"
        wanted = vault.blind_index(value=f"{reference}|{whole}", purpose=OF_DATE)
    rows = Reference.objects.filter(birthday_index=index, withdrawn_at=None)
    known_dates = rows.values_list("id", "date_index")[:10]
    fitting = [row for row, known in known_dates if not wanted or not known or bytes(known) == wanted]
    if not fitting:
        return Unknown()
    return Ambiguous() if len(fitting) > 1 else Found(pickup=fitting[0], label="")


def has_any() -> bool:
    """Tell whether this city has uploaded a list of its own."""
    return Reference.objects.exists()


def with_number(*, reference: str) -> list[UUID]:
    """Find the notices of a number, for staff who read it from the paper."""
    index = vault.blind_index(value=normalise_reference(reference), purpose=OF_NUMBER)
    return list(Reference.objects.filter(number_index=index).values_list("id", flat=True)[:10])


def add_demo(*, listed: Iterable[Mapping[str, Any]], now: datetime) -> int:
    """Put the notices of a profile into the list, read as strictly as any file.

    Raises BadDemoReference.
    """
    parse = open_parser(today=clock.local(now).date())
    rows = []
    for line, each in enumerate(listed, 1):
        row = parse([str(each["reference"]), str(each["birthday"])])
        if not isinstance(row, ReferenceRow):
            raise BadDemoReference(f"notice {line}: {row.column}: {row.message}")
        rows.append((line, row))
    return ReferenceWriter(import_id=uuid4(), now=now).write(rows).new if rows else 0


class BadDemoReference(ValueError):
    """A notice in a city's profile that no file could bring in either."""


class ReferenceWriter:
    """Compares and writes the rows of one file; a number in two files is one notice."""

    def __init__(self, *, import_id: UUID, now: datetime) -> None:
        self._import_id = import_id
        self._now = now
        self._number = vault.indexer(purpose=OF_NUMBER)
        self._birthday = vault.indexer(purpose=OF_BIRTHDAY)
        self._date = vault.indexer(purpose=OF_DATE)
        self._overlay = overlay.key()
        self._seen: set[tuple[bytes, bytes]] = set()
        self._is_locked = False

    def compare(self, rows: Sequence[tuple[int, ReferenceRow]]) -> Comparison:
        """Count what writing these rows would do."""
        return self._sort(rows)[1]

    def write(self, rows: Sequence[tuple[int, ReferenceRow]]) -> Comparison:
        """Write the notices that are new."""
        self._lock()
        new, counted = self._sort(rows)
        self._fill_in(rows)
        Reference.objects.bulk_create(
            [
                Reference(
                    id=uuid4(),
                    number_index=draft.number,
                    overlay_index=draft.overlay,
                    birthday_index=draft.birthday,
                    date_index=draft.date,
                    import_job=self._import_id,
                    created_at=self._now,
                )
                for draft in new
            ],
            batch_size=1000,
        )
        return counted

    def _fill_in(self, rows: Sequence[tuple[int, ReferenceRow]]) -> None:
        # Lists of earlier releases could not be laid under names; the same file once more mends that.
        by_number = {self._number(row.number): row.number for _line, row in rows}
        old = list(Reference.objects.filter(number_index__in=by_number, overlay_index=None))
        for notice in old:
            number = by_number[bytes(notice.number_index)]
            notice.overlay_index = overlay.index_of(number, key=self._overlay)
        Reference.objects.bulk_update(old, ["overlay_index"], batch_size=1000)

    def undo(self) -> int:
        """Remove what this import brought and nobody has booked for."""
        booked = BookingPerson.objects.values("pickup")
        return Reference.objects.filter(import_job=self._import_id).exclude(id__in=booked).delete()[0]

    def _sort(self, rows: Sequence[tuple[int, ReferenceRow]]) -> tuple[list[_Draft], Comparison]:
        counted, drafts = Comparison(), []
        for line, row in rows:
            draft = self._draft(line, row)
            if draft.key in self._seen:
                counted.problems.append(LineProblem(line, NUMBER, str(_REPEATED)))
                continue
            self._seen.add(draft.key)
            drafts.append(draft)
        found = Reference.objects.filter(birthday_index__in=[draft.birthday for draft in drafts])
        rows_found = found.values_list("birthday_index", "date_index", "overlay_index")
        known = {(bytes(one), bytes(two)): mark for one, two, mark in rows_found}
        new = [draft for draft in drafts if draft.key not in known]
        counted.new = len(new)
        counted.changed = sum(mark is None for mark in known.values())
        counted.same = len(drafts) - counted.new - counted.changed
        return new, counted

    def _draft(self, line: int, row: ReferenceRow) -> _Draft:
        return _Draft(
            line,
            self._number(row.number),
            overlay.index_of(row.number, key=self._overlay),
            self._birthday(f"{row.number}|{row.month_day}"),
            self._date(f"{row.number}|{row.born_on}") if row.born_on else b"",
        )

    def _lock(self) -> None:
        # Two files at once would both take a notice for new; the constraint would fail the later one.
        if not self._is_locked:
            with connection.cursor() as cursor:
                cursor.execute(_LOCK)
            self._is_locked = True
