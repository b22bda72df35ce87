"""Residents as the register's files tell of them: everybody, or those whose record changed (FUJ-20)."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, NamedTuple

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
        self._changed_on = remembering(lambda text: (_day(CHANGED_ON, text),))
        self._stay = remembering(lambda text: (_day(STAY, text),))

    def changed_on(self, text: str) -> date | None:
        """Read when the record changed, if it did."""
        return self._changed_on(text)[0]

    def stay(self, text: str) -> date | None:
        """Read until when somebody may stay, if there is a limit."""
        return self._stay(text)[0]


def optional_columns() -> Sequence[str]:
    """Name the columns that a file of the register may have."""
    return OPTIONAL


def open_parser(*, today: date) -> Callable[[Sequence[str]], ResidentRow | RowProblem]:
    """Prepare to read the rows of one file on one day."""
    read = _Cells(today)

    def parse(cells: Sequence[str]) -> ResidentRow | RowProblem:
        code, name, kana, address, born_on, sex, reason, changed_on, held, stay = cells[:10]
        more = [*cells[10:], *("",) * 5][:5]
        try:
            alphabet, common, former = (text.strip()[:LONGEST] for text in more[:3])
            return ResidentRow(
                code=_code(code),
                name=_text(PERSON, name),
                kana=_kana(kana),
                address=_text(ADDRESS, address),
                birth=read.birth(born_on),
                sex=read.sex(sex),
                reason=read.reason(reason),
                changed_on=read.changed_on(changed_on),
                card_held=read.card_held(held),
                stay_until=read.stay(stay),
                name_alphabet=alphabet,
                common_name=common,
                former_name=former,
                postcode=read.postcode(more[3]),
                history=read.history(more[4]),
            )
        except _BadCell as bad:
            return bad.problem

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
