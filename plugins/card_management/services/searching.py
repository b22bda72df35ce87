"""Find booked cards by what a caller says: a part of the number, a reading, a name, a birthday."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from madoguchi.hooks.contracts.pickups import PickupWords
from madoguchi.ledger import vault
from plugins.card_management.models import SEALED, Card

# Between the signs of a name there may be a space, of either width.
_GAPS: Final = "(?: |　)*".encode()
_IN_TEXT: Final = b'[^"]*'


def search_pickups(*, among: Sequence[UUID], wanted: PickupWords) -> dict[UUID, str]:
    """Look for the words in the texts that were sealed, without opening one of them as a card."""
    patterns = _patterns(wanted)
    if not patterns or not among:
        return {}
    read = vault.sealer(place=SEALED).open_text
    found: dict[UUID, str] = {}
    for card, sealed in Card.objects.filter(id__in=among).order_by().values_list("id", "sealed"):
        text = read(sealed, card)
        column = next((name for name, pattern in patterns if pattern.search(text)), "")
        if column:
            found[card] = column
    return found


def _patterns(wanted: PickupWords) -> list[tuple[str, re.Pattern[bytes]]]:
    made = []
    if wanted.number:
        made.append(("number", _holding("reference", re.escape(wanted.number.encode()))))
    if wanted.birthday is not None:
        year = str(wanted.birthday.year).zfill(4) if wanted.birthday.year else r"\d{4}"
        day = f'"born_on":"{year}-{wanted.birthday.month:02}-{wanted.birthday.day:02}"'
        made.append(("birthday", re.compile(day.encode())))
    if wanted.kana:
        made.append(("kana", _holding("kana", _spaced(wanted.kana))))
    if wanted.name:
        made.append(("name", _holding("name", _spaced(wanted.name))))
    return made


def _holding(field: str, part: bytes) -> re.Pattern[bytes]:
    return re.compile(f'"{field}":"'.encode() + _IN_TEXT + part)


def _spaced(words: str) -> bytes:
    return _GAPS.join(re.escape(sign.encode()) for sign in words)
