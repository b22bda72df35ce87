"""Cards as the system before this one kept them, in every state of their life (現行システムからの移行)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from plugins.card_management.formats.card_rows import (
    ADDRESS,
    ARRIVED_ON,
    BORN_ON,
    EXTRA,
    KANA,
    NUMBER,
    PERSON,
    POSTCODE,
    STORAGE,
    BadCell,
    CardRow,
    read_card,
    read_day,
    read_word,
    reading,
)
from plugins.card_management.rules.life_cycle import State

NAME: Final = "card_management.current_system"
STATE, SENT_ON, RETURNED_ON = "状態", "通知書送付日", "通知書返戻日"
DEADLINE_ON, HANDED_OVER_ON = "受取期限", "交付日"
COLUMNS: Final = (NUMBER, PERSON, BORN_ON, STATE)
OPTIONAL: Final = (
    KANA, POSTCODE, ADDRESS, STORAGE, ARRIVED_ON, SENT_ON, RETURNED_ON, DEADLINE_ON, HANDED_OVER_ON, *EXTRA
)  # fmt: skip
STATES: Final = {
    "作成中": State.EXPECTED.value,
    "受入済み": State.ARRIVED.value,
    "保管中": State.STORED.value,
    "交付済み": State.HANDED_OVER.value,
    "不備・再手続き": State.REDO.value,
    "取りやめ・返納": State.WITHDRAWN.value,
    "廃棄済み": State.DISPOSED.value,
}


def may_have() -> Sequence[str]:
    """Name the columns that a file may have."""
    return OPTIONAL


def open_parser(*, today: date) -> Callable[..., object]:
    """Prepare to read the rows of one file on one day."""

    def read(cells: Mapping[str, str]) -> CardRow:
        row = read_card(cells, today=today, day=ARRIVED_ON)
        state = read_word(STATE, cells[STATE], STATES)
        handed_over_on = read_day(HANDED_OVER_ON, cells.get(HANDED_OVER_ON, ""))
        if handed_over_on is not None and state != State.HANDED_OVER:
            raise BadCell(
                HANDED_OVER_ON,
                _("状態が「交付済み」でないのに交付日があります。どちらかを直してください。"),
            )
        days: dict[str, Any] = {
            "notice_sent_on": read_day(SENT_ON, cells.get(SENT_ON, "")),
            "notice_returned_on": read_day(RETURNED_ON, cells.get(RETURNED_ON, "")),
            "deadline_on": read_day(DEADLINE_ON, cells.get(DEADLINE_ON, "")),
            "handed_over_on": handed_over_on,
        }
        return row._replace(state=state, **days)

    return reading((*COLUMNS, *OPTIONAL), read)
