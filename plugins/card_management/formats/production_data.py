"""What the makers of cards tell a city of the cards on their way (個人番号カード作成情報).

Its real layout is not public; a city describes the file that it gets by a profile.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from plugins.card_management.formats.card_rows import (
    ADDRESS,
    BORN_ON,
    EXTRA,
    KANA,
    NUMBER,
    PERSON,
    POSTCODE,
    CardRow,
    read_card,
    reading,
)

NAME: Final = "card_management.production_data"
MADE_ON: Final = "作成日"
COLUMNS: Final = (NUMBER, PERSON, BORN_ON)
OPTIONAL: Final = (KANA, POSTCODE, ADDRESS, MADE_ON, *EXTRA)


def may_have() -> Sequence[str]:
    """Name the columns that a file may have."""
    return OPTIONAL


def open_parser(*, today: date) -> Callable[..., object]:
    """Prepare to read the rows of one file on one day."""

    def read(cells: Mapping[str, str]) -> CardRow:
        return read_card(cells, today=today, day=MADE_ON)

    return reading((*COLUMNS, *OPTIONAL), read)
