"""Compare the register's files with the residents that are known, and write them by COPY."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from struct import pack
from typing import Final
from uuid import UUID, uuid4

import psycopg
from django.db import connection

from madoguchi.exchange import queries as imports
from madoguchi.hooks.contracts.imports import Comparison
from madoguchi.ledger import vault
from plugins.card_management.formats.register import ResidentRow
from plugins.card_management.models.register import RESIDENT_SEALED, Resident
from plugins.card_management.rules.register_reasons import Reason, Standing, standing_after
from plugins.card_management.services import register_following
from plugins.card_management.services.bulk import (
    HEADER,
    NOTHING,
    TRAILER,
    Packed,
    bulk_cursor,
    day,
    field,
    moment,
    pack_bytes,
    pack_days,
    pack_keys,
    pack_numbers,
    pack_texts,
)
from plugins.card_management.services.indexes import CardIndexes, fold_kana, index_for

PART_ROWS: Final = 500
CHUNK_ROWS: Final = 5_000
_KNOWN: Final = """
    SELECT uuid_send(id), code_index, fingerprint, history FROM card_management_resident
     WHERE code_index = ANY(%b)
"""
_COPY: Final = """
    COPY card_management_resident (id, code_index, holder_index, fingerprint, sealed, standing, reason,
                                   changed_on, history, card_held, stay_until, import_job, last_import,
                                   created_at, updated_at)
    FROM STDIN (FORMAT BINARY)
"""
_COLUMNS: Final = pack(">h", 15)
# "= ANY" of one leaves the planner only the index, see services/issuance_notices.py.
_REWRITE: Final = """
    UPDATE card_management_resident AS resident
       SET holder_index = fresh.holder_index, fingerprint = fresh.fingerprint, sealed = fresh.sealed,
           standing = fresh.standing, reason = fresh.reason, changed_on = fresh.changed_on,
           history = fresh.history, card_held = fresh.card_held, stay_until = fresh.stay_until,
           last_import = %b, updated_at = %b
      FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[], %b::bytea[], %b::text[], %b::text[], %b::date[],
                  %b::int[], %b::text[], %b::date[])
           AS fresh (id, holder_index, fingerprint, sealed, standing, reason, changed_on, history,
                     card_held, stay_until)
     WHERE resident.id = ANY (ARRAY[fresh.id])
"""
_PRESENT: Final = "SELECT uuid_send(id), code_index FROM card_management_resident WHERE standing = 'present'"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.card_management.register'))"


@dataclass(slots=True)
class _Draft:
    row: ResidentRow
    code: bytes
    fingerprint: bytes
    known_id: UUID | None = None


@dataclass(slots=True)
class _Sorted:
    new: list[_Draft]
    changed: list[_Draft]
    same: int = 0

    def count(self) -> Comparison:
        return Comparison(new=len(self.new), changed=len(self.changed), same=self.same)


class ResidentWriter:
    """Compares and writes the rows of one file with changes: an older state never replaces a newer one."""

    def __init__(self, *, import_id: UUID, now: datetime) -> None:
        self._import_id = import_id
        self._now = now
        self._code = index_for(purpose="register.code")
        self._content = index_for(purpose="register.content")
        self._holder = CardIndexes.of_city().holder
        self._seal = vault.sealer(place=RESIDENT_SEALED).seal
        self._is_locked = False

    def compare(self, rows: Sequence[tuple[int, ResidentRow]]) -> Comparison:
        """Count what writing these rows would do."""
        return self._sort(rows).count()

    def write(self, rows: Sequence[tuple[int, ResidentRow]]) -> Comparison:
        """Write new residents by COPY and changed ones in one statement."""
        self._lock()
        found = self._sort(rows)
        if found.new:
            self._copy(found.new)
        if found.changed:
            self._rewrite(found.changed)
        return found.count()

    def undo(self) -> int:
        """Remove the residents whom this file brought and no later file told of, nor any card holds."""
        self._lock()
        brought = Resident.objects.filter(import_job=self._import_id, last_import=self._import_id)
        return brought.filter(cards=None).delete()[1].get("card_management.Resident", 0)

    def finish(self, *, is_applying: bool) -> Comparison:
        """Tell the cards of everybody whom the file told of."""
        if is_applying:
            register_following.follow_import(import_id=self._import_id, now=self._now)
        return Comparison()

    def _sort(self, rows: Sequence[tuple[int, ResidentRow]]) -> _Sorted:
        drafts = self._draft(rows)
        known = self._known([draft.code for draft in drafts])
        found = _Sorted(new=[], changed=[])
        for draft in drafts:
            match = known.get(draft.code)
            if match is None:
                found.new.append(draft)
            elif match[1] == draft.fingerprint or draft.row.history < match[2]:
                found.same += 1
            else:
                draft.known_id = UUID(bytes=match[0])
                found.changed.append(draft)
        return found

    def _draft(self, rows: Sequence[tuple[int, ResidentRow]]) -> list[_Draft]:
        """Draft the rows; of several states of one resident the newest counts, or else the last."""
        newest: dict[bytes, _Draft] = {}
        for _line, row in rows:
            code = self._code(row.code)
            earlier = newest.get(code)
            if earlier is None or row.history >= earlier.row.history:
                newest[code] = _Draft(row, code, self._content(_content_of(row)))
        return list(newest.values())

    def _holder_of(self, row: ResidentRow) -> bytes | None:
        if not row.kana or not row.birth.born_on:
            return None
        return self._holder(f"{fold_kana(row.kana)}|{row.birth.born_on}")

    def _known(self, codes: list[bytes]) -> dict[bytes, tuple[bytes, bytes, int]]:
        with bulk_cursor() as cursor:
            cursor.execute(_KNOWN, [pack_bytes(codes)], binary=True)
            return {code: (key, content, history) for key, code, content, history in cursor.fetchall()}

    def _copy(self, drafts: Sequence[_Draft]) -> None:
        tail = field(self._import_id.bytes) * 2 + moment(self._now) * 2
        with bulk_cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(HEADER)
            for part in _parts(drafts):
                copy.write(b"".join(self._pack(draft, tail) for draft in part))
            copy.write(TRAILER)

    def _pack(self, draft: _Draft, tail: bytes) -> bytes:
        row, key, holder = draft.row, uuid4(), self._holder_of(draft.row)
        return b"".join(
            (
                _COLUMNS,
                field(key.bytes),
                field(draft.code),
                field(holder) if holder else NOTHING,
                field(draft.fingerprint),
                field(self._seal(_fields_of(row), key)),
                field(_standing_of(row).encode()),
                field(row.reason.encode()),
                _day_or_nothing(row.changed_on),
                field(pack(">i", row.history)),
                field(row.card_held.encode()),
                _day_or_nothing(row.stay_until),
                tail,
            )
        )

    def _rewrite(self, drafts: Sequence[_Draft]) -> None:
        with bulk_cursor() as cursor, cursor.connection.pipeline():
            for part in _parts(drafts):
                cursor.execute(_REWRITE, [self._import_id, self._now, *self._columns(part)])

    def _columns(self, drafts: Sequence[_Draft]) -> tuple[Packed, ...]:
        known = [(draft, draft.known_id) for draft in drafts if draft.known_id is not None]
        return (
            pack_keys([key for _, key in known]),
            pack_bytes([self._holder_of(draft.row) for draft, _ in known]),
            pack_bytes([draft.fingerprint for draft, _ in known]),
            pack_bytes([self._seal(_fields_of(draft.row), key) for draft, key in known]),
            pack_texts([_standing_of(draft.row) for draft, _ in known]),
            pack_texts([draft.row.reason for draft, _ in known]),
            pack_days([draft.row.changed_on for draft, _ in known]),
            pack_numbers([draft.row.history for draft, _ in known]),
            pack_texts([draft.row.card_held for draft, _ in known]),
            pack_days([draft.row.stay_until for draft, _ in known]),
        )

    def _lock(self) -> None:
        if not self._is_locked:
            with connection.cursor() as cursor:
                cursor.execute(_LOCK)
            self._is_locked = True


class EverybodyWriter(ResidentWriter):
    """Writes a file of all residents: whoever is missing from it is a resident no longer."""

    def __init__(self, *, import_id: UUID, now: datetime) -> None:
        super().__init__(import_id=import_id, now=now)
        self._seen: set[int] = set()

    def finish(self, *, is_applying: bool) -> Comparison:
        """Count or strike off those who are missing from the file, and tell the cards of everybody."""
        counted = self._strike_off(is_applying=is_applying)
        super().finish(is_applying=is_applying)
        return counted

    def _strike_off(self, *, is_applying: bool) -> Comparison:
        present, missing = self._missing()
        if is_applying and imports.find(import_id=self._import_id).broken:
            # Whoever stands in a line that could not be read is not missing.
            return Comparison(known=present)
        if is_applying and missing:
            Resident.objects.filter(id__in=missing).update(
                # Whatever a later file says of them is a change.
                fingerprint=b"",
                standing=Standing.REMOVED,
                reason=Reason.NOT_IN_FILE,
                last_import=self._import_id,
                updated_at=self._now,
            )
        return Comparison(removed=len(missing), known=present)

    def _missing(self) -> tuple[int, list[UUID]]:
        """Count the residents, and list those of whom no line tells, without holding all at once."""
        seen, present, missing = self._seen, 0, list[UUID]()
        with bulk_cursor() as bound, psycopg.ServerCursor(bound.connection, "present") as cursor:
            cursor.execute(_PRESENT, binary=True)
            while rows := cursor.fetchmany(CHUNK_ROWS):
                present += len(rows)
                missing += [UUID(bytes=key) for key, code in rows if _short(code) not in seen]
        return present, missing

    def _draft(self, rows: Sequence[tuple[int, ResidentRow]]) -> list[_Draft]:
        drafts = super()._draft(rows)
        self._seen.update(_short(draft.code) for draft in drafts)
        return drafts


def _short(code: bytes) -> int:
    # Eight bytes of a keyed digest tell residents apart and keep memory low.
    return int.from_bytes(code[:8], "big")


def _parts(drafts: Sequence[_Draft]) -> Iterator[Sequence[_Draft]]:
    for first in range(0, len(drafts), PART_ROWS):
        yield drafts[first : first + PART_ROWS]


def _day_or_nothing(value: date | None) -> bytes:
    return NOTHING if value is None else day(value)


def _standing_of(row: ResidentRow) -> str:
    return standing_after(Reason(row.reason) if row.reason else None).value


def _fields_of(row: ResidentRow) -> dict[str, str]:
    fields = {
        "code": row.code,
        "name": row.name,
        "kana": row.kana,
        "address": row.address,
        "postcode": row.postcode,
        "born_on": row.birth.born_on,
        "born_text": row.birth.text,
        "born_precision": row.birth.precision,
        "sex": row.sex,
        "name_alphabet": row.name_alphabet,
        "common_name": row.common_name,
        "former_name": row.former_name,
    }
    return {name: value for name, value in fields.items() if value or name == "born_on"}


def _content_of(row: ResidentRow) -> str:
    words = (row.code, row.name, row.kana, row.address, row.birth.key, row.sex)
    rest = (row.reason, row.card_held, row.name_alphabet, row.common_name, row.former_name, row.postcode)
    days = (str(row.changed_on or ""), str(row.stay_until or ""))
    return "\x1f".join((*words, *rest, *days, str(row.history)))
