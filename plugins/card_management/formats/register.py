"""Residents as the register's files tell of them: everybody, or those whose record changed (FUJ-20)."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import jaconv
from django.utils.translation import gettext as _

from madoguchi.hooks.contracts.imports import RowProblem
from madoguchi.web.dates import NotADate, read_date
from plugins.card_management.formats.births import Birth, NotABirth, read_birth
from plugins.card_management.formats.card_rows import remembering
from plugins.card_management.rules.register_reasons import UnknownReason, read_reason

EVERYBODY: Final = "register_everybody"
CHANGES: Final = "register_changes"
CODE, PERSON, KANA, ADDRESS, BORN_ON, SEX = "住民票コード", "氏名", "氏名カナ", "住所", "生年月日", "性別"
REASON, CHANGED_ON, CARD_HELD, STAY = "異動事由", "異動日", "カード有無", "在留期限"
COLUMNS: Final = (CODE, PERSON, KANA, ADDRESS, BORN_ON, SEX, REASON, CHANGED_ON, CARD_HELD, STAY)
OPTIONAL: Final = ("氏名アルファベット", "通称", "旧氏", "郵便番号", "履歴番号")
LONGEST: Final = 200
_CODE: Final = re.compile(r"\d{11}", re.ASCII)
# As normalising leaves it: nearly every reading of a file.
_CLEAN_KANA: Final = re.compile(r"[ァ-ヺー・A-Z'.\-](?:[ァ-ヺー・A-Z' .\-]*[ァ-ヺー・A-Z'.\-])?")
_SEXES: Final = {"1": "male", "男": "male", "男性": "male", "2": "female", "女": "female", "女性": "female"}
_HELD: Final = {
    "1": "yes", "有": "yes", "あり": "yes", "○": "yes", "0": "no", "無": "no", "なし": "no", "": "",
}  # fmt: skip
_NEVER: Final = ("", "-", "00000000", "99999999", "無期限", "永住")


class ResidentRow(NamedTuple):
    """One resident as the file tells of them, normalised."""

    code: str
    name: str
    kana: str
    address: str
    birth: Birth
    sex: str
    reason: str
    changed_on: date | None
    card_held: str
    stay_until: date | None
    name_alphabet: str = ""
    common_name: str = ""
    former_name: str = ""
    postcode: str = ""
    history: int = 0


class _BadCell(ValueError):
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.problem = RowProblem(column, message)


class _Cells:
    """Reads the cells whose texts come again and again in one file: each text once."""

    def __init__(self, today: date) -> None:
        self.birth = remembering(lambda text: _birth(text, today))
        self.sex = remembering(_sex)
        self.reason = remembering(_reason)
        self.card_held = remembering(_card_held)
        self.postcode = remembering(_postcode)
        self.history = remembering(_history)
        # A day may be none, which must not be taken for a text that was never read: hence a day in brackets.
        self.changed_on = remembering(lambda text: (_day(CHANGED_ON, text),))
        self.stay = remembering(lambda text: (_day(STAY, text),))

    def optional(self, cells: Sequence[str]) -> dict[str, Any]:
        """Read the columns that only some files have."""
        alphabet, common, former, postcode, history = [*cells, *("",) * len(OPTIONAL)][: len(OPTIONAL)]
        return {
            "name_alphabet": alphabet.strip()[:LONGEST],
            "common_name": common.strip()[:LONGEST],
            "former_name": former.strip()[:LONGEST],
            "postcode": self.postcode(postcode),
            "history": self.history(history),
        }


def optional_columns() -> Sequence[str]:
    """Name the columns that a file of the register may have."""
    return OPTIONAL


def open_parser(*, today: date) -> Callable[[Sequence[str]], ResidentRow | RowProblem]:
    """Prepare to read the rows of one file on one day."""
    read = _Cells(today)
    birth, sex, reason, held = read.birth, read.sex, read.reason, read.card_held
    changed_on, stay_until = read.changed_on, read.stay

    def parse(cells: Sequence[str]) -> ResidentRow | RowProblem:
        try:
            row = ResidentRow(
                _code(cells[0]),
                _text(PERSON, cells[1]),
                _kana(cells[2]),
                _text(ADDRESS, cells[3]),
                birth(cells[4]),
                sex(cells[5]),
                reason(cells[6]),
                changed_on(cells[7])[0],
                held(cells[8]),
                stay_until(cells[9])[0],
            )
        except _BadCell as bad:
            return bad.problem
        more = cells[len(COLUMNS) :]
        return row._replace(**read.optional(more)) if any(more) else row

    return parse


def _code(text: str) -> str:
    if _CODE.fullmatch(text):
        return text
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    if not _CODE.fullmatch(digits):
        raise _BadCell(
            CODE,
            _(
                "11桁の住民票コードではありません（Excelで開くと先頭の0が消えます）。元のファイルを使ってください。"
            ),
        )
    return digits


def _text(column: str, text: str) -> str:
    plain = text.strip()
    if not plain:
        raise _BadCell(column, _("空です。入力してください。"))
    if len(plain) > LONGEST or "\n" in plain:
        raise _BadCell(column, _("長すぎるか、使えない文字（改行など）があります。直してください。"))
    return plain


def _kana(text: str) -> str:
    if len(text) <= LONGEST and _CLEAN_KANA.fullmatch(text):
        return text
    # Foreign residents may have none; such a person is found by name and birth date alone.
    return jaconv.hira2kata(unicodedata.normalize("NFKC", text)).strip().upper()[:LONGEST]


def _birth(text: str, today: date) -> Birth:
    try:
        return read_birth(text=text, today=today)
    except NotABirth as bad:
        raise _BadCell(BORN_ON, str(bad)) from None


def _reason(text: str) -> str:
    try:
        found = read_reason(text)
    except UnknownReason:
        raise _BadCell(
            REASON,
            _("知らない異動事由です。取込定義の「読み替え」で、標準の事由に対応させてください。"),
        ) from None
    return found.value if found else ""


def _day(column: str, text: str) -> date | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in _NEVER:
        return None
    try:
        return read_date(plain)
    except NotADate:
        raise _BadCell(column, _("暦にない日付です。直してください。")) from None


def _sex(text: str) -> str:
    return _SEXES.get(unicodedata.normalize("NFKC", text).strip(), "")


def _card_held(text: str) -> str:
    found = _HELD.get(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise _BadCell(CARD_HELD, _("「有」か「無」（1か0）で入力してください。"))
    return found


def _postcode(text: str) -> str:
    digits = re.sub(r"[\s〒-]", "", unicodedata.normalize("NFKC", text))
    return digits if re.fullmatch(r"\d{7}", digits) else ""


def _history(text: str) -> int:
    digits = unicodedata.normalize("NFKC", text).strip()
    return int(digits) if digits.isdigit() and len(digits) < 9 else 0
