"""The invented cards of a demo city, from its profile."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from madoguchi import clock
from plugins.card_management.formats.issuance_notices import COLUMNS, open_parser
from plugins.card_management.services.issuance_notices import NoticeWriter

STORAGE: Final = "デモ保管庫"


class BadDemoCard(ValueError):
    """A card in a city's profile that no file could bring in either."""


def add_demo_cards(*, cards: Iterable[Mapping[str, Any]], now: datetime) -> int:
    """Put the cards of a profile into the ledger, read as strictly as any file.

    Raises BadDemoCard.
    """
    parse = open_parser(today=clock.local(now).date())
    rows = []
    for line, card in enumerate(cards, 1):
        row = parse(_cells(card))
        if not isinstance(row, tuple):
            raise BadDemoCard(f"card {line}: {row.column}: {row.message}")
        rows.append((line, row))
    if not rows:
        return 0
    return NoticeWriter(import_id=uuid4(), now=now).write(rows).new


def _cells(card: Mapping[str, Any]) -> list[str]:
    cells = dict.fromkeys(COLUMNS, "")
    cells |= {
        "交付通知書番号": str(card["reference"]),
        "氏名": str(card["name"]),
        "氏名カナ": str(card["name_kana"]),
        "生年月日": str(card["born_on"]),
        "住所": str(card["address"]),
        "保管場所": STORAGE,
    }
    return list(cells.values())
