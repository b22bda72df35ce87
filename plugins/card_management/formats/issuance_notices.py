"""The list of issuance notices: one row per card that arrived (交付通知書一覧)."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeVar

import jaconv
from django.utils.translation import gettext as _

from madoguchi.hooks.contracts.imports import RowProblem
from madoguchi.hooks.contracts.pickups import normalise_reference
from madoguchi.web.dates import NotADate, read_date
from plugins.card_management.rules.notice_number import NOTICE_NUMBER, is_notice_number

NAME: Final = "issuance_notices"
NUMBER, PERSON, KANA, BORN_ON = "交付通知書番号", "氏名", "氏名カナ", "生年月日"
POSTCODE, ADDRESS, STORAGE, ARRIVED_ON = "郵便番号", "住所", "保管場所", "到着日"
COLUMNS: Final = (NUMBER, PERSON, KANA, BORN_ON, POSTCODE, ADDRESS, STORAGE, ARRIVED_ON)
OLDEST_YEARS: Final = 130
LONGEST: Final = {PERSON: 100, KANA: 100, ADDRESS: 200, STORAGE: 60}
_CLEAN_KANA: Final = re.compile(r"[ァ-ヺー・A-Z' .\-]+")
POSTCODE_DIGITS: Final = 7
_CONTROL: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")
_REMEMBERED: Final = 50_000
T = TypeVar("T")


class NoticeRow(NamedTuple):
    """One card as the file tells of it, normalised."""

    reference: str
    name: str
    kana: str
    born_on: str
    postcode: str
    address: str
    storage: str
    arrived_on: date


class BadCell(ValueError):
    """A cell that cannot be taken in: its column and what to do."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.problem = RowProblem(column, message)


def open_parser(*, today: date) -> Callable[[Sequence[str]], NoticeRow | RowProblem]:
    """Prepare to read the rows of one file on one day."""
    born = _remembering(lambda text: _read_birth_date(text, today))
    arrived = _remembering(lambda text: _read_arrival(text, today))

    def parse(cells: Sequence[str]) -> NoticeRow | RowProblem:
        number, name, kana, born_on, postcode, address, storage, arrived_on = cells
        try:
            return NoticeRow(
                number if NOTICE_NUMBER.fullmatch(number) else _read_number(number),
                _read_text(PERSON, name),
                kana if _CLEAN_KANA.fullmatch(kana) else _read_kana(kana),
                born(born_on),
                _read_postcode(postcode),
                _read_text(ADDRESS, address),
                storage.strip()[: LONGEST[STORAGE]],
                arrived(arrived_on),
            )
        except BadCell as bad:
            return bad.problem

    return parse


def _remembering(read: Callable[[str], T]) -> Callable[[str], T]:
    # A file repeats its dates; reading each once halves the time of a large import.
    known: dict[str, T] = {}

    def recall(text: str) -> T:
        found = known.get(text)
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[text] = read(text)
        return found

    return recall


def _read_number(text: str) -> str:
    reference = normalise_reference(text)
    if not is_notice_number(reference):
        raise BadCell(NUMBER, _("英数字3桁と数字6桁の番号ではありません。通知書を見て直してください。"))
    return reference


def _read_text(column: str, text: str) -> str:
    plain = text.strip()
    if not plain:
        raise BadCell(column, _("空です。入力してください。"))
    if len(plain) > LONGEST[column] or (not plain.isprintable() and _CONTROL.search(plain)):
        raise BadCell(column, _("長すぎるか、使えない文字（改行など）があります。直してください。"))
    return plain


def _read_kana(text: str) -> str:
    plain = jaconv.hira2kata(unicodedata.normalize("NFKC", text)).strip().upper()
    if not plain:
        raise BadCell(KANA, _("空です。入力してください。"))
    if len(plain) > LONGEST[KANA] or not _CLEAN_KANA.fullmatch(plain):
        raise BadCell(KANA, _("カタカナ以外の文字があります。直してください。"))
    return plain


def _read_birth_date(text: str, today: date) -> str:
    try:
        born_on = read_date(text)
    except NotADate:
        raise BadCell(
            BORN_ON, _("暦にない日付です（例：1988-02-29、昭和63年2月29日）。直してください。")
        ) from None
    if born_on > today or born_on.year < today.year - OLDEST_YEARS:
        raise BadCell(BORN_ON, _("生年月日としてありえない年です。直してください。"))
    return born_on.isoformat()


def _read_arrival(text: str, today: date) -> date:
    if not text.strip():
        return today
    try:
        return read_date(text)
    except NotADate:
        raise BadCell(ARRIVED_ON, _("暦にない日付です。直してください。")) from None


def _read_postcode(text: str) -> str:
    digits = text.replace("-", "", 1)
    if len(digits) == POSTCODE_DIGITS and digits.isascii() and digits.isdigit():
        return digits
    digits = re.sub(r"[\s〒-]", "", unicodedata.normalize("NFKC", text))
    if digits and not re.fullmatch(r"[0-9]{7}", digits):
        raise BadCell(POSTCODE, _("7桁の郵便番号ではありません。直してください。"))
    return digits
