"""The list of notices that were sent: number and birthday, and not one column more."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from madoguchi.hooks.contracts.imports import RowProblem
from madoguchi.hooks.contracts.pickups import MonthDay, NotAMonthDay, normalise_reference
from madoguchi.web.dates import NotADate, read_date

NAME: Final = "card_reservation.references"
WITHDRAWALS: Final = "card_reservation.references_withdrawn"
NUMBER, BIRTHDAY = "交付通知書番号", "生月日"
COLUMNS: Final = (NUMBER, BIRTHDAY)
LONGEST: Final = 40
_NUMBER: Final = re.compile(r"[0-9A-Z]{4,40}")


class ReferenceRow(NamedTuple):
    """One notice: its number, month and day, and the whole date where the list tells it."""

    number: str
    month_day: str
    born_on: str


def open_parser(*, today: date) -> Callable[[Sequence[str]], ReferenceRow | RowProblem]:
    """Prepare to read the rows of one file."""

    def parse(cells: Sequence[str]) -> ReferenceRow | RowProblem:
        number, birthday = cells
        plain = _read_number(number)
        if isinstance(plain, RowProblem):
            return plain
        read = _read_birthday(birthday, today)
        if read is None:
            return RowProblem(
                BIRTHDAY, _("生まれた月と日（例：0229）か、生年月日（例：1988-02-29）を入力してください。")
            )
        return ReferenceRow(plain, *read)

    return parse


def open_withdrawals(*, today: date) -> Callable[[Sequence[str]], str | RowProblem]:
    """Prepare to read a file of numbers that are through."""
    return lambda cells: _read_number(cells[0])


def _read_number(text: str) -> str | RowProblem:
    plain = normalise_reference(text)
    if _NUMBER.fullmatch(plain):
        return plain
    return RowProblem(NUMBER, _("通知書の番号ではありません。英数字4文字から40文字で入力してください。"))


def _read_birthday(text: str, today: date) -> tuple[str, str] | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    # Excel takes the zero at the beginning away.
    padded = plain.zfill(4) if re.fullmatch(r"\d{3}", plain) else plain
    try:
        return str(MonthDay.parse(padded)), ""
    except NotAMonthDay:
        pass
    try:
        born_on = read_date(plain)
    except NotADate:
        return None
    return (f"{born_on:%m%d}", born_on.isoformat()) if born_on <= today else None
