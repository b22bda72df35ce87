"""A row of a file as the bytes of a new card, and the texts that are sealed of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from struct import pack
from typing import Any, Final
from uuid import UUID, uuid4

from plugins.card_management.formats.card_rows import NOTHING_MORE, PLAIN, CardRow
from plugins.card_management.rules.facts import Kind
from plugins.card_management.rules.life_cycle import State
from plugins.card_management.services.bulk import NOTHING, day, field, moment
from plugins.card_management.services.indexes import CardIndexes, fold_clean

Seal = Callable[[dict[str, str], UUID], bytes]
_NAMES: Final = (
    "id, reference_index, birthday_index, person_index, fingerprint, sealed, state, storage, arrived_on,"
    " import_job, last_import, created_at, updated_at, holder_index"
)
_MORE: Final = ", kind, batch, notice_sent_on, notice_returned_on, deadline_on, handed_over_on, received_on"
COPY: Final = f"COPY card_management_card ({_NAMES}) FROM STDIN (FORMAT BINARY)"
COPY_MORE: Final = f"COPY card_management_card ({_NAMES}{_MORE}) FROM STDIN (FORMAT BINARY)"
_COLUMNS: Final = pack(">h", 14)
_COLUMNS_MORE: Final = pack(">h", 21)
# What a card keeps sealed beside what every list tells; left out where a list does not tell it.
_SOMETIMES: Final = (
    "born_text", "born_precision", "name_alphabet", "common_name", "sex", "application_id"
)  # fmt: skip
# Bytes of the sealed text that show that a card holds more than its list may tell.
_SIGNS_OF_MORE: Final = tuple(f'"{name}":'.encode() for name in _SOMETIMES)


@dataclass(slots=True)
class Draft:
    """A row of the file on its way to the ledger."""

    line: int
    row: CardRow
    birthday: bytes
    person: bytes
    fingerprint: bytes
    known_id: UUID | None = None
    before: bytes = b""
    """What is sealed of the card now, where the row says something else."""


class Packer:
    """Packs the rows of one import for COPY."""

    def __init__(
        self, *, import_id: UUID, now: datetime, state: State, indexes: CardIndexes, seal: Seal
    ) -> None:
        self._tail = field(import_id.bytes) * 2 + moment(now) * 2
        self._state = field(state.value.encode())
        self._indexes = indexes
        self._seal = seal

    def plain(self, draft: Draft) -> bytes:
        """Pack a card of which the list tells what every list tells."""
        return _COLUMNS + self._shared(draft, self._state)

    def more(self, draft: Draft) -> bytes:
        """Pack a card of which the list tells more."""
        row = draft.row
        state = field(row.state.encode()) if row.state else self._state
        return b"".join(
            (
                _COLUMNS_MORE,
                self._shared(draft, state),
                field((row.kind or Kind.NEW.value).encode()),
                field(row.batch.encode()),
                _optional(row.notice_sent_on),
                _optional(row.notice_returned_on),
                _optional(row.deadline_on),
                _optional(row.handed_over_on),
                _optional(row.handed_over_on),
            )
        )

    def _shared(self, draft: Draft, state: bytes) -> bytes:
        row, card = draft.row, uuid4()
        return b"".join(
            (
                field(card.bytes),
                field(self._indexes.reference(row.reference)),
                field(draft.birthday),
                field(draft.person),
                field(draft.fingerprint),
                field(self._seal(fields_of(row), card)),
                state,
                field(row.storage.encode()),
                day(row.arrived_on),
                self._tail,
                _holder(holder_of(row, self._indexes)),
            )
        )


def has_more(draft: Draft) -> bool:
    """Tell whether a row holds more than every list tells."""
    return draft.row[PLAIN:] != NOTHING_MORE


def tells_more(text: bytes) -> bool:
    """Tell whether the sealed text of a card holds more than every list tells."""
    return any(map(text.__contains__, _SIGNS_OF_MORE))


def fields_of(row: CardRow) -> dict[str, str]:
    """Name what is sealed of a row."""
    fields = {
        "reference": row.reference,
        "name": row.name,
        "kana": row.kana,
        "born_on": row.born_on,
        "postcode": row.postcode,
        "address": row.address,
    }
    if row[PLAIN:] != NOTHING_MORE:
        fields.update((name, getattr(row, name)) for name in _SOMETIMES if getattr(row, name))
    return fields


def merged(before: Mapping[str, Any], row: CardRow) -> dict[str, str]:
    """Name what is sealed of a card that a second list tells of: what it leaves out stays."""
    fresh = fields_of(row)
    kept = {
        name: text
        for name, text in before.items()
        if not fresh.get(name) and name not in ("born_text", "born_precision")
    }
    return {**fresh, **kept}


def holder_of(row: CardRow, indexes: CardIndexes) -> bytes | None:
    """Index the holder of a card; nobody is joined by a birth date of which only a part is known."""
    if not row.kana or (not row.born_on and not row.month_day):
        return None
    return indexes.holder(f"{fold_clean(row.kana)}|{row.born_key}")


def month_day_of(row: CardRow) -> str:
    """Name month and day of birth as residents type them; nothing where they are not known."""
    return f"{row.born_on[5:7]}{row.born_on[8:]}" if row.born_on else row.month_day


def content_of(row: CardRow) -> str:
    """Name everything that a row tells, to know it again."""
    plain = "\x1f".join((*row[:7], row.arrived_on.isoformat()))
    more = row[PLAIN:]
    return plain if more == NOTHING_MORE else "\x1f".join((plain, *(str(each or "") for each in more)))


def _holder(index: bytes | None) -> bytes:
    return NOTHING if index is None else field(index)


def _optional(value: date | None) -> bytes:
    return NOTHING if value is None else day(value)
