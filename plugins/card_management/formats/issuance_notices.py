"""The list of issuance notices: one row per card that arrived (交付通知書一覧)."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from madoguchi.hooks.contracts.imports import RowProblem
from plugins.card_management.formats.card_rows import (
    ADDRESS,
    ARRIVED_ON,
    BORN_ON,
    EXTRA,
    KANA,
    LONGEST,
    NUMBER,
    PERSON,
    POSTCODE,
    STORAGE,
    BadCell,
    CardRow,
    birth_of,
    read_born,
    read_day,
    read_extra,
    read_kana,
    read_number,
    read_postcode,
    read_text,
    remembering,
)

NAME: Final = "issuance_notices"
COLUMNS: Final = (NUMBER, PERSON, KANA, BORN_ON, POSTCODE, ADDRESS, STORAGE, ARRIVED_ON)
# Where a city's own file does not say it, rules and people decide on the place.
MAY_BE_EMPTY: Final = (STORAGE,)
NoticeRow = CardRow


def may_have() -> Sequence[str]:
    """Name the columns that a list may have."""
    return EXTRA


def open_parser(*, today: date) -> Callable[[Sequence[str]], CardRow | RowProblem]:
    """Prepare to read the rows of one file on one day."""
    born = remembering(lambda text: read_born(text, today))
    arrived = remembering(lambda text: read_day(ARRIVED_ON, text) or today)

    def parse(cells: Sequence[str]) -> CardRow | RowProblem:
        number, name, kana, born_on, postcode, address, storage, arrived_on = cells[:8]
        try:
            birth = born(born_on)
            row = CardRow(
                read_number(number),
                read_text(PERSON, name),
                read_kana(kana),
                birth.born_on,
                read_postcode(postcode),
                read_text(ADDRESS, address),
                storage.strip()[: LONGEST[STORAGE]],
                arrived(arrived_on),
            )
            more = cells[8:]
            if any(more) or birth.text:
                return row._replace(**birth_of(birth), **read_extra(dict(zip(EXTRA, more, strict=False))))
            return row
        except BadCell as bad:
            return bad.problem

    return parse
