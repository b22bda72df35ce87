"""Compare the list of issuance notices with the ledger and write it by COPY."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from struct import pack
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.imports import Comparison, LineProblem
from madoguchi.ledger import vault
from plugins.card_management.formats.issuance_notices import NUMBER, NoticeRow
from plugins.card_management.models import SEALED, Card
from plugins.card_management.rules.life_cycle import FIRST_STATE
from plugins.card_management.services.bulk import HEADER, TRAILER, bulk_cursor, day, field, moment
from plugins.card_management.services.indexes import CardIndexes, fold_kana

PART_ROWS: Final = 500
_KNOWN: Final = """
    SELECT id, person_index, fingerprint FROM card_management_card WHERE birthday_index = ANY(%b)
"""
_TAKEN: Final = "SELECT reference_index FROM card_management_card WHERE reference_index = ANY(%b)"
_COPY: Final = """
    COPY card_management_card (id, reference_index, birthday_index, person_index, fingerprint, sealed, state,
                               storage, arrived_on, import_job, last_import, created_at, updated_at,
                               holder_index)
    FROM STDIN (FORMAT BINARY)
"""
_COLUMNS: Final = pack(">h", 14)
_STATE: Final = field(FIRST_STATE.value.encode())
# "= ANY" of one leaves the planner only the index: where it held the table for empty, as after an ANALYZE in
# the middle of a first import, it read the whole index for every row (500 rows: 69 s instead of 30 ms).
_REWRITE: Final = """
    UPDATE card_management_card AS card
       SET fingerprint = fresh.fingerprint, sealed = fresh.sealed, storage = fresh.storage,
           arrived_on = fresh.arrived_on, last_import = %b, updated_at = %b
      FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[], %b::text[], %b::date[])
           AS fresh (id, fingerprint, sealed, storage, arrived_on)
     WHERE card.id = ANY (ARRAY[fresh.id])
"""
_REPEATED: Final = _("同じ番号・同じ生年月日の行が前にもあります（前の行だけを取り込みます）。")
_LOCK: Final = (
    "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.card_management.issuance_notices'))"
)


@dataclass(slots=True)
class _Draft:
    """A row of the file on its way to the ledger."""

    line: int
    row: NoticeRow
    birthday: bytes
    person: bytes
    fingerprint: bytes
    known_id: UUID | None = None


@dataclass(slots=True)
class _Sorted:
    """Rows of a chunk by what has to be done with them."""

    new: list[_Draft]
    changed: list[_Draft]
    repeated: list[LineProblem]
    same: int = 0

    def count(self) -> Comparison:
        return Comparison(
            new=len(self.new), changed=len(self.changed), same=self.same, problems=self.repeated
        )


class NoticeWriter:
    """Compares and writes the rows of one file.

    A person is the number together with the whole birth date: the same number with another
    birthday is another person, the same number and birthday is the same card again.
    """

    def __init__(self, *, import_id: UUID, now: datetime) -> None:
        self._import_id = import_id
        self._now = now
        self._indexes = CardIndexes.of_city()
        self._seal = vault.sealer(place=SEALED).seal
        self._seen: set[int] = set()
        self._numbers: set[int] = set()
        self._is_locked = False

    def compare(self, rows: Sequence[tuple[int, NoticeRow]]) -> Comparison:
        """Count what writing these rows would do."""
        sorted_rows = self._sort(rows)
        counted = sorted_rows.count()
        counted.namesakes = self._count_namesakes(sorted_rows.new)
        return counted

    def write(self, rows: Sequence[tuple[int, NoticeRow]]) -> Comparison:
        """Write new cards by COPY and changed ones in one statement."""
        self._lock()
        sorted_rows = self._sort(rows)
        if sorted_rows.new:
            self._copy(sorted_rows.new)
        if sorted_rows.changed:
            self._rewrite(sorted_rows.changed)
        return sorted_rows.count()

    def undo(self) -> int:
        """Remove the cards that this import created and nobody touched since."""
        created = Card.objects.filter(import_job=self._import_id, last_import=self._import_id)
        untouched = created.filter(state=FIRST_STATE, reserved_at=None, movements=None)
        return untouched.delete()[1].get("card_management.Card", 0)

    def _sort(self, rows: Sequence[tuple[int, NoticeRow]]) -> _Sorted:
        drafts, repeated = self._draft(rows)
        known = self._known([draft.birthday for draft in drafts])
        found = _Sorted(new=[], changed=[], repeated=repeated)
        for draft in drafts:
            match = known.get(draft.person)
            if match is None:
                found.new.append(draft)
            elif match[1] == draft.fingerprint:
                found.same += 1
            else:
                draft.known_id = match[0]
                found.changed.append(draft)
        return found

    def _draft(self, rows: Sequence[tuple[int, NoticeRow]]) -> tuple[list[_Draft], list[LineProblem]]:
        indexes, seen = self._indexes, self._seen
        drafts: list[_Draft] = []
        repeated: list[LineProblem] = []
        for line, row in rows:
            person = indexes.person(f"{row.reference}|{row.born_on}")
            # Eight bytes of a keyed digest tell the people of one file apart and keep memory low.
            short = int.from_bytes(person[:8], "big")
            if short in seen:
                repeated.append(LineProblem(line, NUMBER, str(_REPEATED)))
                continue
            seen.add(short)
            birthday = indexes.birthday(f"{row.reference}|{row.born_on[5:7]}{row.born_on[8:]}")
            drafts.append(_Draft(line, row, birthday, person, indexes.content(_content_of(row))))
        return drafts, repeated

    def _known(self, birthdays: list[bytes]) -> dict[bytes, tuple[UUID, bytes]]:
        with bulk_cursor() as cursor:
            cursor.execute(_KNOWN, [birthdays], binary=True)
            return {person: (card, content) for card, person, content in cursor.fetchall()}

    def _copy(self, drafts: Sequence[_Draft]) -> None:
        tail = field(self._import_id.bytes) * 2 + moment(self._now) * 2
        with bulk_cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(HEADER)
            # Handed over in small parts, so that the server stores one while the next is sealed.
            for part in _parts(drafts):
                copy.write(b"".join(self._pack(draft, tail) for draft in part))
            copy.write(TRAILER)

    def _pack(self, draft: _Draft, tail: bytes) -> bytes:
        row, card = draft.row, uuid4()
        return b"".join(
            (
                _COLUMNS,
                field(card.bytes),
                field(self._indexes.reference(row.reference)),
                field(draft.birthday),
                field(draft.person),
                field(draft.fingerprint),
                field(self._seal(_fields_of(row), card)),
                _STATE,
                field(row.storage.encode()),
                day(row.arrived_on),
                tail,
                field(self._indexes.holder(f"{fold_kana(row.kana)}|{row.born_on}")),
            )
        )

    def _rewrite(self, drafts: Sequence[_Draft]) -> None:
        with bulk_cursor() as cursor, cursor.connection.pipeline():
            for part in _parts(drafts):
                cursor.execute(_REWRITE, [self._import_id, self._now, *self._columns(part)])

    def _columns(self, drafts: Sequence[_Draft]) -> tuple[list[Any], ...]:
        known = [(draft, draft.known_id) for draft in drafts if draft.known_id is not None]
        return (
            [card for _, card in known],
            [draft.fingerprint for draft, _ in known],
            [self._seal(_fields_of(draft.row), card) for draft, card in known],
            [draft.row.storage for draft, _ in known],
            [draft.row.arrived_on for draft, _ in known],
        )

    def _count_namesakes(self, drafts: Sequence[_Draft]) -> int:
        references = [self._indexes.reference(draft.row.reference) for draft in drafts]
        with bulk_cursor() as cursor:
            cursor.execute(_TAKEN, [references], binary=True)
            taken = {reference for (reference,) in cursor.fetchall()}
        count = 0
        for reference in references:
            short = int.from_bytes(reference[:8], "big")
            count += reference in taken or short in self._numbers
            self._numbers.add(short)
        return count

    def _lock(self) -> None:
        # Two files at once would both take a person for new; the constraint would fail the later one.
        if not self._is_locked:
            with connection.cursor() as cursor:
                cursor.execute(_LOCK)
            self._is_locked = True


def _parts(drafts: Sequence[_Draft]) -> Iterator[Sequence[_Draft]]:
    for first in range(0, len(drafts), PART_ROWS):
        yield drafts[first : first + PART_ROWS]


def _fields_of(row: NoticeRow) -> dict[str, str]:
    return {
        "reference": row.reference,
        "name": row.name,
        "kana": row.kana,
        "born_on": row.born_on,
        "postcode": row.postcode,
        "address": row.address,
    }


def _content_of(row: NoticeRow) -> str:
    return "\x1f".join((*row[:7], row.arrived_on.isoformat()))
