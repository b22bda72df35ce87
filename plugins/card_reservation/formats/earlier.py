"""Bookings that a city took before this system: one line for each visit, in any order of columns."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from madoguchi.hooks.contracts.imports import RowProblem
from madoguchi.hooks.contracts.pickups import MonthDay, NotAMonthDay, normalise_reference
from madoguchi.web.dates import NotADate, read_date
from plugins.card_reservation.rules.dialling import dialled

NAME: Final = "card_reservation.earlier_bookings"
PLACE, DAY, TIME = "場所", "予約日", "開始時刻"
NUMBER, BIRTHDAY = "交付通知書番号", "生月日"
EARLIER_NUMBER, SERVICE = "元の予約番号", "用件"
CALLER, PHONE, EMAIL = "氏名", "電話番号", "メールアドレス"
COLUMNS: Final = (PLACE, DAY, TIME, NUMBER, BIRTHDAY)
OTHERS: Final = tuple((f"{NUMBER}{place}", f"{BIRTHDAY}{place}") for place in range(2, 6))
PLAIN: Final = (EARLIER_NUMBER, SERVICE, *(column for pair in OTHERS for column in pair))
OF_PEOPLE: Final = (CALLER, PHONE)
_CLOCK: Final = re.compile(r"(\d{1,2})[:時](\d{2})?分?(?::00)?")
_EARLIER: Final = re.compile(r"[0-9A-Z\-]{0,40}")


class EarlierBooking(NamedTuple):
    """One visit of a file."""

    place: str
    day: date
    begins: time
    people: tuple[tuple[str, str], ...]
    earlier_number: str = ""
    service: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""


class _Wrong(Exception):
    """A cell that cannot be read, and what to do."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.problem = RowProblem(column, message)


def open_parser(
    *, today: date, optional: Sequence[str]
) -> Callable[[Sequence[str]], EarlierBooking | RowProblem]:
    """Prepare to read the rows of one file; the optional cells follow the others."""
    names = (*COLUMNS, *optional)

    def parse(cells: Sequence[str]) -> EarlierBooking | RowProblem:
        row = dict(zip(names, (_plain(cell) for cell in cells), strict=True))
        try:
            return _read(row)
        except _Wrong as wrong:
            return wrong.problem

    return parse


def _read(row: dict[str, str]) -> EarlierBooking:
    if not row[PLACE]:
        raise _Wrong(PLACE, _("場所の名前かコードを入力してください。"))
    earlier = row.get(EARLIER_NUMBER, "").upper()
    if not _EARLIER.fullmatch(earlier):
        raise _Wrong(EARLIER_NUMBER, _("元の予約番号は、英数字とハイフンで40文字までです。"))
    email = row.get(EMAIL, "")
    phone = dialled(row.get(PHONE, "")) or ""
    if row.get(PHONE) and not phone:
        raise _Wrong(PHONE, _("電話番号を確かめてください。"))
    if email:
        _check_email(email)
    return EarlierBooking(
        place=row[PLACE],
        day=_day(row[DAY]),
        begins=_time(row[TIME]),
        people=_people(row),
        earlier_number=earlier,
        service=row.get(SERVICE, ""),
        name=row.get(CALLER, "")[:60],
        phone=phone,
        email=email,
    )


def _people(row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    pairs = [(NUMBER, BIRTHDAY), *OTHERS]
    found = [_person(row, *pair) for pair in pairs if row.get(pair[0]) or row.get(pair[1])]
    if not row[NUMBER]:
        raise _Wrong(NUMBER, _("交付通知書の番号を入力してください。"))
    if len(set(found)) < len(found):
        raise _Wrong(NUMBER, _("同じ番号と生月日が2回入っています。"))
    return tuple(found)


def _person(row: dict[str, str], number: str, birthday: str) -> tuple[str, str]:
    reference, typed = normalise_reference(row.get(number, "")), row.get(birthday, "")
    if not reference:
        raise _Wrong(number, _("交付通知書の番号を入力してください。"))
    # Excel takes the zero at the beginning away.
    padded = typed.zfill(4) if re.fullmatch(r"\d{3}", typed) else typed
    try:
        return reference, str(MonthDay.parse(padded))
    except NotAMonthDay:
        pass
    try:
        return reference, read_date(typed).isoformat()
    except NotADate:
        message = _("生まれた月と日（例：0229）か、生年月日（例：1988-02-29）を入力してください。")
        raise _Wrong(birthday, message) from None


def _day(text: str) -> date:
    try:
        return read_date(text)
    except NotADate:
        message = _("日付を確かめてください。例：2026-12-09、令和8年12月9日")
        raise _Wrong(DAY, message) from None


def _time(text: str) -> time:
    found = _CLOCK.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        raise _Wrong(TIME, _("時刻を確かめてください。例：9:30")) from None


def _check_email(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError:
        raise _Wrong(EMAIL, _("メールアドレスの形が正しくありません。")) from None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
