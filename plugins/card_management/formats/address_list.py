"""A list of addresses for people whose cards are there (住所リスト)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from madoguchi.hooks.contracts.imports import RowProblem
from plugins.card_management.formats.card_rows import (
    ADDRESS,
    BORN_ON,
    KANA,
    NUMBER,
    PERSON,
    POSTCODE,
    BadCell,
    read_born,
    read_kana,
    read_number,
    read_postcode,
    read_text,
)

NAME: Final = "card_management.address_list"
COLUMNS: Final = (BORN_ON, ADDRESS)
OPTIONAL: Final = (NUMBER, PERSON, KANA, POSTCODE)


class AddressRow(NamedTuple):
    """Where somebody lives, and by what they are found: a number, or a reading, with the birth date."""

    reference: str
    name: str
    kana: str
    born: str
    postcode: str
    address: str


def may_have() -> Sequence[str]:
    """Name the columns that a list may have."""
    return OPTIONAL


def open_parser(*, today: date) -> Callable[[Sequence[str]], AddressRow | RowProblem]:
    """Prepare to read the rows of one file on one day."""

    def read(cells: Mapping[str, str]) -> AddressRow:
        number = cells.get(NUMBER, "").strip()
        kana = read_kana(cells.get(KANA, ""), may_be_empty=True)
        if not number and not kana:
            raise BadCell(NUMBER, _("交付通知書番号も氏名カナもないため、どなたの住所か決められません。"))
        return AddressRow(
            reference=read_number(number) if number else "",
            name=read_text(PERSON, cells.get(PERSON, ""), may_be_empty=True),
            kana=kana,
            born=read_born(cells[BORN_ON], today).key,
            postcode=read_postcode(cells.get(POSTCODE, "")),
            address=read_text(ADDRESS, cells[ADDRESS]),
        )

    def parse(cells: Sequence[str]) -> AddressRow | RowProblem:
        try:
            return read(dict(zip((*COLUMNS, *OPTIONAL), cells, strict=False)))
        except BadCell as bad:
            return bad.problem

    return parse
