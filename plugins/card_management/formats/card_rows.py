"""One card as a file tells of it, and how its cells are read: what every format of cards shares."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar

import jaconv
from django.utils.translation import gettext as _

from madoguchi.hooks.contracts.imports import RowProblem
from madoguchi.hooks.contracts.pickups import normalise_reference
from madoguchi.web.dates import NotADate, read_date
from plugins.card_management.formats.births import DAY, Birth, NotABirth, read_birth
from plugins.card_management.rules.facts import Kind
from plugins.card_management.rules.notice_number import NOTICE_NUMBER, is_notice_number

NUMBER, PERSON, KANA, BORN_ON = "交付通知書番号", "氏名", "氏名カナ", "生年月日"
POSTCODE, ADDRESS, STORAGE, ARRIVED_ON = "郵便番号", "住所", "保管場所", "到着日"
ALPHABET, COMMON_NAME, SEX, APPLICATION = "氏名（ローマ字）", "通称", "性別", "申請書ID"
KIND, BATCH = "種別", "納品の回"
EXTRA: Final = (ALPHABET, COMMON_NAME, SEX, APPLICATION, KIND, BATCH)
LONGEST: Final = {
    PERSON: 100,
    KANA: 100,
    ADDRESS: 200,
    STORAGE: 60,
    ALPHABET: 100,
    COMMON_NAME: 100,
    BATCH: 40,
}
POSTCODE_DIGITS: Final = 7
_CLEAN_KANA: Final = re.compile(r"[ァ-ヺー・A-Z' .\-]+")
_APPLICATION: Final = re.compile(r"[0-9A-Z]{1,30}")
_CONTROL: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")
_REMEMBERED: Final = 50_000
KINDS: Final = {
    "": "",
    "新規": Kind.NEW.value,
    "初回": Kind.NEW.value,
    "更新": Kind.RENEWAL.value,
    "再交付": Kind.REISSUE.value,
    "紛失": Kind.REISSUE.value,
    "その他": Kind.OTHER.value,
    **{kind.value: kind.value for kind in Kind},
}
SEXES: Final = {
    "": "", "1": "male", "男": "male", "男性": "male", "M": "male", "2": "female", "女": "female",
    "女性": "female", "F": "female", "0": "", "3": "other", "9": "other", "その他": "other", "不明": "",
}  # fmt: skip
T = TypeVar("T")


class CardRow(NamedTuple):
    """One card as the file tells of it, normalised; what the file does not tell is empty."""

    reference: str
    name: str
    kana: str
    born_on: str
    postcode: str
    address: str
    storage: str
    arrived_on: date
    born_text: str = ""
    born_precision: str = ""
    month_day: str = ""
    name_alphabet: str = ""
    common_name: str = ""
    sex: str = ""
    application_id: str = ""
    kind: str = ""
    batch: str = ""
    state: str = ""
    notice_sent_on: date | None = None
    notice_returned_on: date | None = None
    deadline_on: date | None = None
    handed_over_on: date | None = None

    @property
    def born_key(self) -> str:
        """What tells this birth date from another."""
        return self.born_on or self.born_text


PLAIN: Final = len(CardRow._fields) - len(CardRow._field_defaults)
"""How many of the first items every list has; a row with nothing more is written in the quickest way."""
NOTHING_MORE: Final = tuple(CardRow._field_defaults.values())


class BadCell(ValueError):
    """A cell that cannot be taken in: its column and what to do."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.problem = RowProblem(column, message)


def remembering(read: Callable[[str], T]) -> Callable[[str], T]:
    """Read each text of a column once: a file repeats its dates, which halves the time of a large import."""
    known: dict[str, T] = {}

    def recall(text: str) -> T:
        found = known.get(text)
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[text] = read(text)
        return found

    return recall


def read_number(text: str) -> str:
    """Read a notice number.

    Raises BadCell.
    """
    if NOTICE_NUMBER.fullmatch(text):
        return text
    reference = normalise_reference(text)
    if not is_notice_number(reference):
        raise BadCell(NUMBER, _("英数字3桁と数字6桁の番号ではありません。通知書を見て直してください。"))
    return reference


def read_text(column: str, text: str, *, may_be_empty: bool = False) -> str:
    """Read a name, an address or a shelf.

    Raises BadCell.
    """
    plain = text.strip()
    if not plain and not may_be_empty:
        raise BadCell(column, _("空です。入力してください。"))
    if len(plain) > LONGEST[column] or (not plain.isprintable() and _CONTROL.search(plain)):
        raise BadCell(column, _("長すぎるか、使えない文字（改行など）があります。直してください。"))
    return plain


def read_kana(text: str, *, may_be_empty: bool = False) -> str:
    """Read a reading in kana of either width.

    Raises BadCell.
    """
    if _CLEAN_KANA.fullmatch(text):
        return text
    plain = jaconv.hira2kata(unicodedata.normalize("NFKC", text)).strip().upper()
    if not plain:
        if may_be_empty:
            return ""
        raise BadCell(KANA, _("空です。入力してください。"))
    if len(plain) > LONGEST[KANA] or not _CLEAN_KANA.fullmatch(plain):
        raise BadCell(KANA, _("カタカナ以外の文字があります。直してください。"))
    return plain


def read_born(text: str, today: date) -> Birth:
    """Read a birth date.

    Raises BadCell.
    """
    try:
        return read_birth(text=text, today=today)
    except NotABirth as refusal:
        raise BadCell(BORN_ON, str(refusal)) from None


def read_day(column: str, text: str) -> date | None:
    """Read a day; an empty cell is none.

    Raises BadCell.
    """
    if not text.strip():
        return None
    try:
        return read_date(text)
    except NotADate:
        raise BadCell(column, _("暦にない日付です。直してください。")) from None


def read_postcode(text: str) -> str:
    """Read a postal code of seven digits, or none.

    Raises BadCell.
    """
    digits = text.replace("-", "", 1)
    if len(digits) == POSTCODE_DIGITS and digits.isascii() and digits.isdigit():
        return digits
    digits = re.sub(r"[\s〒-]", "", unicodedata.normalize("NFKC", text))
    if digits and not re.fullmatch(r"[0-9]{7}", digits):
        raise BadCell(POSTCODE, _("7桁の郵便番号ではありません。直してください。"))
    return digits


def read_extra(cells: Mapping[str, str]) -> dict[str, Any]:
    """Read the columns that only some lists have.

    Raises BadCell.
    """
    application = unicodedata.normalize("NFKC", cells.get(APPLICATION, "")).strip().upper()
    if application and not _APPLICATION.fullmatch(application):
        raise BadCell(APPLICATION, _("英数字30桁までの申請書IDではありません。直してください。"))
    return {
        "name_alphabet": read_text(ALPHABET, cells.get(ALPHABET, ""), may_be_empty=True),
        "common_name": read_text(COMMON_NAME, cells.get(COMMON_NAME, ""), may_be_empty=True),
        "sex": read_word(SEX, cells.get(SEX, ""), SEXES),
        "application_id": application,
        "kind": read_word(KIND, cells.get(KIND, ""), KINDS),
        "batch": read_text(BATCH, cells.get(BATCH, ""), may_be_empty=True),
    }


def read_word(column: str, text: str, words: Mapping[str, str]) -> str:
    """Read a word of a short list.

    Raises BadCell naming the words that are known.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain not in words:
        known = "、".join(word for word in words if word and not word.isascii())
        raise BadCell(
            column,
            _("使えない値です（使える値：%(known)s）。取込定義かQRの定義で読み替えられます。")
            % {"known": known},
        )
    return words[plain]


def reading(columns: Sequence[str], read: Callable[[Mapping[str, str]], CardRow]) -> Callable[..., object]:
    """Prepare a parser of rows whose cells are looked up by name."""

    def parse(cells: Sequence[str]) -> CardRow | RowProblem:
        try:
            return read(dict(zip(columns, cells, strict=False)))
        except BadCell as bad:
            return bad.problem

    return parse


def read_card(cells: Mapping[str, str], *, today: date, day: str) -> CardRow:
    """Read what every file that a profile maps tells of a card; ``day`` names the column of its arrival.

    Raises BadCell.
    """
    birth = read_born(cells[BORN_ON], today)
    row = CardRow(
        read_number(cells[NUMBER]),
        read_text(PERSON, cells[PERSON]),
        read_kana(cells.get(KANA, ""), may_be_empty=True),
        birth.born_on,
        read_postcode(cells.get(POSTCODE, "")),
        read_text(ADDRESS, cells.get(ADDRESS, ""), may_be_empty=True),
        cells.get(STORAGE, "").strip()[: LONGEST[STORAGE]],
        read_day(day, cells.get(day, "")) or today,
    )
    return row._replace(**birth_of(birth), **read_extra(cells))


def birth_of(birth: Birth) -> dict[str, Any]:
    """Name what a row keeps of a birth date that is not simply a day."""
    if not birth.text:
        return {}
    month_day = "" if birth.precision == DAY else birth.month_day
    return {"born_text": birth.text, "born_precision": birth.precision, "month_day": month_day}
