"""The list of those whose card is to be renewed (更新対象者リスト)."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, NamedTuple

import jaconv
from django.utils.translation import gettext as _

from madoguchi.hooks.contracts.imports import RowProblem
from madoguchi.hooks.contracts.pickups import normalise_reference
from madoguchi.web.dates import NotADate, read_date
from plugins.card_management.formats.births import Birth, NotABirth, read_birth

NAME: Final = "renewal_targets"
PERSON, KANA, BORN_ON, ADDRESS, EXPIRES = "氏名", "氏名カナ", "生年月日", "住所", "有効期限"
COLUMNS: Final = (PERSON, KANA, BORN_ON, ADDRESS, EXPIRES)
OPTIONAL: Final = ("交付通知書番号", "申請書ID", "郵便番号")
# A card lives ten years and some months; a year beyond is a slip of the hand.
LONGEST_VALID: Final = 12
LONGEST: Final = 200


class RenewalRow(NamedTuple):
    """One person of the list, normalised."""

    name: str
    kana: str
    birth: Birth
    address: str
    expires_on: date
    reference: str = ""
    application: str = ""
    postcode: str = ""


def optional_columns() -> Sequence[str]:
    """Name the columns that a list may have."""
    return OPTIONAL


def open_parser(*, today: date) -> Callable[[Sequence[str]], RenewalRow | RowProblem]:
    """Prepare to read the rows of one list on one day."""

    def parse(cells: Sequence[str]) -> RenewalRow | RowProblem:
        name, kana, born_on, address, expires = (cell.strip() for cell in cells[:5])
        more = [*cells[5:], "", "", ""][:3]
        for column, text in ((PERSON, name), (KANA, kana), (ADDRESS, address)):
            if not text or len(text) > LONGEST:
                return RowProblem(column, _("空か、長すぎます。直してください。"))
        try:
            birth = read_birth(text=born_on, today=today)
        except NotABirth as bad:
            return RowProblem(BORN_ON, str(bad))
        try:
            expires_on = read_date(expires)
        except NotADate:
            return RowProblem(EXPIRES, _("暦にない日付です。直してください。"))
        if expires_on.year > today.year + LONGEST_VALID:
            return RowProblem(
                EXPIRES,
                _("有効期限が先すぎます（%(years)d年より後）。年を確かめてください。")
                % {"years": LONGEST_VALID},
            )
        plain_kana = jaconv.hira2kata(unicodedata.normalize("NFKC", kana)).upper()
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", more[2]))
        return RenewalRow(
            name,
            plain_kana,
            birth,
            address,
            expires_on,
            normalise_reference(more[0]),
            more[1].strip(),
            digits,
        )

    return parse
