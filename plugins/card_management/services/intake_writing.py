"""Compare the rows of a file of cards with the ledger and write them by COPY."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.imports import Comparison, LineProblem
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.formats.card_rows import NUMBER, CardRow
from plugins.card_management.models import SEALED, Card
from plugins.card_management.rules.life_cycle import FIRST_STATE, State
from plugins.card_management.services import intake_arriving, intake_before, search_pages
from plugins.card_management.services.bulk import (
    HEADER,
    TRAILER,
    Packed,
    bulk_cursor,
    pack_bytes,
    pack_days,
    pack_keys,
    pack_texts,
)
from plugins.card_management.services.indexes import CardIndexes
from plugins.card_management.services.intake_packing import (
    COPY,
    COPY_MORE,
    Draft,
    Packer,
    content_of,
    fields_of,
    has_more,
    holder_of,
    merged,
    month_day_of,
    tells_more,
)

PART_ROWS: Final = 500
_KNOWN: Final = """
    SELECT id, person_index, fingerprint, NULL FROM card_management_card WHERE birthday_index = ANY(%b)
"""
# What has changed is wanted whole: to ask for it here saves looking each of those cards up once more.
_KNOWN_WHOLE: Final = """
    SELECT id, person_index, fingerprint, CASE WHEN fingerprint = ANY(%b) THEN NULL ELSE sealed END
      FROM card_management_card WHERE birthday_index = ANY(%b)
"""
_TAKEN: Final = "SELECT reference_index FROM card_management_card WHERE reference_index = ANY(%b)"
# "= ANY" of one leaves the planner only the index: where it held the table for empty, as after an ANALYZE in
# the middle of a first import, it read the whole index for every row (500 rows: 69 s instead of 30 ms).
_REWRITE: Final = """
    UPDATE card_management_card AS card
       SET fingerprint = fresh.fingerprint, sealed = fresh.sealed,
           holder_index = coalesce(fresh.holder_index, card.holder_index),
           storage = CASE WHEN %b AND card.spot_id IS NULL THEN fresh.storage ELSE card.storage END,
           arrived_on = CASE WHEN %b THEN fresh.arrived_on ELSE card.arrived_on END,
           last_import = %b, updated_at = %b
      FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[], %b::bytea[], %b::text[], %b::date[])
           AS fresh (id, fingerprint, sealed, holder_index, storage, arrived_on)
     WHERE card.id = ANY (ARRAY[fresh.id])
"""
_REWRITE_MORE: Final = """
    UPDATE card_management_card AS card
       SET kind = coalesce(nullif(fresh.kind, ''), card.kind),
           batch = coalesce(nullif(fresh.batch, ''), card.batch),
           notice_sent_on = coalesce(fresh.sent, card.notice_sent_on),
           notice_returned_on = coalesce(fresh.returned, card.notice_returned_on),
           deadline_on = coalesce(fresh.deadline, card.deadline_on)
      FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::date[], %b::date[], %b::date[])
           AS fresh (id, kind, batch, sent, returned, deadline)
     WHERE card.id = ANY (ARRAY[fresh.id])
"""
_REPEATED: Final = _("同じ番号・同じ生年月日の行が前にもあります（前の行だけを取り込みます）。")
_LOCK: Final = (
    "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.card_management.issuance_notices'))"
)


@dataclass(slots=True)
class _Sorted:
    """Rows of a chunk by what has to be done with them."""

    new: list[Draft]
    changed: list[Draft]
    repeated: list[LineProblem]
    same: int = 0

    def count(self) -> Comparison:
        return Comparison(
            new=len(self.new), changed=len(self.changed), same=self.same, problems=self.repeated
        )


class CardWriter:
    """Compares and writes the rows of one file of cards.

    A person is the number together with the whole birth date: the same number with another
    birthday is another person, the same number and birthday is the same card again.
    """

    kind_of_file = ""
    """Tells the contents of files of different formats apart; empty for the list of notices."""
    first_state: State = FIRST_STATE
    tells_place = True
    """Whether the file knows when a card arrived and where it was put."""

    def __init__(self, *, import_id: UUID, now: datetime) -> None:
        sealer = vault.sealer(place=SEALED)
        self._import_id = import_id
        self._now = now
        self._indexes = CardIndexes.of_city()
        self._seal = sealer.seal
        self._read = sealer.open_text
        self._seen: set[int] = set()
        self._numbers: set[int] = set()
        self._is_locked = False
        self._is_first = False

    def compare(self, rows: Sequence[tuple[int, CardRow]]) -> Comparison:
        """Count what writing these rows would do."""
        sorted_rows = self._sort(rows)
        counted = sorted_rows.count()
        counted.namesakes = self._count_namesakes(sorted_rows.new)
        if self.first_state is not State.EXPECTED:
            changed = [draft.known_id for draft in sorted_rows.changed if draft.known_id]
            counted.awaited = intake_arriving.count_expected(cards=changed)
        return counted

    def write(self, rows: Sequence[tuple[int, CardRow]]) -> Comparison:
        """Write new cards by COPY and changed ones in one statement."""
        self._lock()
        sorted_rows = self._sort(rows)
        if sorted_rows.new:
            self._copy(sorted_rows.new)
        if sorted_rows.changed:
            self._rewrite(sorted_rows.changed)
        return sorted_rows.count()

    def give_back(self, *, actor: Actor) -> list[str]:
        """Let cards be expected again that this import received; name those that were moved on since."""
        self._lock()
        left = intake_arriving.send_back(import_id=self._import_id, actor=actor, now=self._now)
        rows = Card.objects.filter(id__in=left).values_list("id", "sealed")
        return sorted(json.loads(self._read(sealed, card))["reference"] for card, sealed in rows)

    def undo(self) -> int:
        """Remove the cards that this import created and nobody touched since, and put changed ones back."""
        self._lock()
        created = Card.objects.filter(import_job=self._import_id, last_import=self._import_id)
        untouched = created.filter(reserved_at=None, movements=None, notes=None)
        removed = untouched.delete()[1].get("card_management.Card", 0)
        return removed + intake_before.restore(import_id=self._import_id, now=self._now)

    def _sort(self, rows: Sequence[tuple[int, CardRow]]) -> _Sorted:
        drafts, repeated = self._draft(rows)
        known = {} if self._is_first else self._known(drafts)
        found = _Sorted(new=[], changed=[], repeated=repeated)
        for draft in drafts:
            match = known.get(draft.person)
            if match is None:
                found.new.append(draft)
            elif match[1] == draft.fingerprint:
                found.same += 1
            else:
                draft.known_id, draft.before = match[0], match[2]
                found.changed.append(draft)
        return found

    def _draft(self, rows: Sequence[tuple[int, CardRow]]) -> tuple[list[Draft], list[LineProblem]]:
        indexes, seen, salt = self._indexes, self._seen, self.kind_of_file
        drafts: list[Draft] = []
        repeated: list[LineProblem] = []
        for line, row in rows:
            person = indexes.person(f"{row.reference}|{row.born_on or row.born_text}")
            # Eight bytes of a keyed digest tell the people of one file apart and keep memory low.
            short = int.from_bytes(person[:8], "big")
            if short in seen:
                repeated.append(LineProblem(line, NUMBER, str(_REPEATED)))
                continue
            seen.add(short)
            birthday = indexes.birthday(f"{row.reference}|{month_day_of(row)}")
            drafts.append(Draft(line, row, birthday, person, indexes.content(salt + content_of(row))))
        return drafts, repeated

    def _known(self, drafts: Sequence[Draft]) -> dict[bytes, tuple[UUID, bytes, bytes]]:
        birthdays = pack_bytes([draft.birthday for draft in drafts])
        contents = pack_bytes([draft.fingerprint for draft in drafts])
        with bulk_cursor() as cursor:
            if self._is_locked:
                cursor.execute(_KNOWN_WHOLE, [contents, birthdays], binary=True)
            else:
                cursor.execute(_KNOWN, [birthdays], binary=True)
            return {person: (card, content, whole) for card, person, content, whole in cursor.fetchall()}

    def _copy(self, drafts: Sequence[Draft]) -> None:
        packer = Packer(
            import_id=self._import_id,
            now=self._now,
            state=self.first_state,
            indexes=self._indexes,
            seal=self._seal,
        )
        more = any(has_more(draft) for draft in drafts)
        pack = packer.more if more else packer.plain
        with bulk_cursor() as cursor, cursor.copy(COPY_MORE if more else COPY) as copy:
            copy.write(HEADER)
            # Handed over in small parts, so that the server stores one while the next is sealed.
            for part in _parts(drafts):
                copy.write(b"".join(map(pack, part)))
            copy.write(TRAILER)

    def _rewrite(self, drafts: Sequence[Draft]) -> None:
        cards = [draft.known_id for draft in drafts if draft.known_id is not None]
        if self._is_keeping:
            intake_before.keep(import_id=self._import_id, cards=cards, now=self._now)
        # The server writes one part while the next is sealed.
        with bulk_cursor() as cursor, cursor.connection.pipeline():
            for part in _parts(drafts):
                given = [self.tells_place, self.tells_place, self._import_id, self._now]
                cursor.execute(_REWRITE, [*given, *self._columns(part)])
                more = [draft for draft in part if has_more(draft)]
                if more:
                    cursor.execute(_REWRITE_MORE, _more_columns(more))
        if self.first_state is not State.EXPECTED and self._has_expected:
            intake_arriving.receive(import_id=self._import_id, cards=cards, now=self._now)

    @cached_property
    def _is_keeping(self) -> bool:
        return intake_before.is_kept(import_id=self._import_id)

    @cached_property
    def _has_expected(self) -> bool:
        return intake_arriving.has_expected()

    def _columns(self, drafts: Sequence[Draft]) -> tuple[Packed, ...]:
        known = [(draft, draft.known_id) for draft in drafts if draft.known_id is not None]
        fresh = [self._fresh(draft, card) for draft, card in known]
        return (
            pack_keys([card for _, card in known]),
            pack_bytes([draft.fingerprint for draft, _ in known]),
            pack_bytes([sealed for sealed, _ in fresh]),
            pack_bytes([holder for _, holder in fresh]),
            pack_texts([draft.row.storage for draft, _ in known]),
            pack_days([draft.row.arrived_on for draft, _ in known]),
        )

    def _fresh(self, draft: Draft, card: UUID) -> tuple[bytes, bytes | None]:
        row = draft.row
        fields = fields_of(row)
        text = self._read(draft.before, card)
        if has_more(draft) or not (row.kana and row.address) or tells_more(text):
            fields = merged(json.loads(text), row)
            row = row._replace(kana=fields["kana"])
        return self._seal(fields, card), holder_of(row, self._indexes)

    def _count_namesakes(self, drafts: Sequence[Draft]) -> int:
        references = [self._indexes.reference(draft.row.reference) for draft in drafts]
        with bulk_cursor() as cursor:
            cursor.execute(_TAKEN, [pack_bytes(references)], binary=True)
            taken = {reference for (reference,) in cursor.fetchall()}
        count = 0
        for reference in references:
            short = int.from_bytes(reference[:8], "big")
            count += reference in taken or short in self._numbers
            self._numbers.add(short)
        return count

    def _lock(self) -> None:
        # Two files at once would both take a person for new; the constraint would fail the later one.
        # One that is taken back meanwhile would take along what the other is just writing.
        if not self._is_locked:
            with connection.cursor() as cursor:
                cursor.execute(_LOCK)
            search_pages.forget()
            self._is_locked = True
            # In an empty ledger there is nobody to look for; who stands twice in the file is known anyway.
            self._is_first = not Card.objects.exists()


class ReadingWriter(CardWriter):
    """Writes cards that a reader brought in at the counter: they have arrived, and are not put away yet."""

    kind_of_file = "reading\x1f"
    first_state = State.ARRIVED
    tells_place = False

    @property
    def import_id(self) -> UUID:
        """Name the reading behind which these cards stand."""
        return self._import_id

    def begin(self) -> None:
        """Wait until nobody else writes cards."""
        self._lock()


class ProductionWriter(CardWriter):
    """Writes cards that are being made: they are expected, and lie nowhere yet."""

    kind_of_file = "production\x1f"
    first_state = State.EXPECTED
    tells_place = False


class CurrentSystemWriter(CardWriter):
    """Writes cards as an earlier system kept them, in whatever state they were."""

    kind_of_file = "current_system\x1f"


def _more_columns(drafts: Sequence[Draft]) -> tuple[Packed, ...]:
    rows = [draft.row for draft in drafts]
    return (
        pack_keys([draft.known_id for draft in drafts if draft.known_id is not None]),
        pack_texts([row.kind for row in rows]),
        pack_texts([row.batch for row in rows]),
        pack_days([row.notice_sent_on for row in rows]),
        pack_days([row.notice_returned_on for row in rows]),
        pack_days([row.deadline_on for row in rows]),
    )


def _parts(drafts: Sequence[Draft]) -> Iterator[Sequence[Draft]]:
    for first in range(0, len(drafts), PART_ROWS):
        yield drafts[first : first + PART_ROWS]
