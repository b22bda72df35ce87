"""What kind of values a column holds, told by its name, and whether a cell looks like one of them."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Final

from madoguchi.exchange.rules.layout import plain_name

SHOWN_SIGNS: Final = 2
NAMES: Final = (
    (
        "date",
        ("年月日", "到着日", "送付日", "返戻日", "交付日", "作成日", "届出日", "異動日", "期限", "満了日"),
    ),
    ("postcode", ("郵便番号", "〒")),
    ("kana", ("カナ", "フリガナ", "ふりがな", "ヨミ")),
    ("address", ("住所", "所在地")),
    ("number", ("番号", "ID", "コード")),
    ("name", ("氏名", "名前", "通称")),
)
_LOOKS: Final = {
    "date": re.compile(
        r"(?:(?:令和|平成|昭和|大正|明治|[RHSTM])?(?:元|\d{1,4})[年./-]\d{1,2}[月./-]\d{1,2}日?|[12]\d{7}"
        r"|[1-5RHSTM]\d{6})(?:\s.*)?"
    ),
    "postcode": re.compile(r"〒?\d{3}-?\d{4}"),
    "kana": re.compile(r"[ァ-ヺー・ぁ-ゖ' .\-]*[ァ-ヺぁ-ゖ][ァ-ヺー・ぁ-ゖ' .\-]*"),
    "address": re.compile(r".*(?:[都道府県市区町村郡].*\d|[都道府県].*[市区町村]).*"),
    "number": re.compile(r"[0-9A-Z][0-9A-Z-]{3,29}"),
    "name": re.compile(r"[^\d]*[一-鿿々ァ-ヺぁ-ゖA-Za-z][^\d]*"),
}


def kind_of(column: str) -> str:
    """Tell what kind of values a column holds; nothing where its name does not say."""
    for kind, words in NAMES:
        if any(word in column for word in words):
            return kind
    return ""


def looks_like(kind: str, cell: str) -> bool:
    """Tell whether a cell may be a value of this kind."""
    pattern = _LOOKS.get(kind)
    return pattern is None or pattern.fullmatch(plain(cell)) is not None


def kinds_fitting(cell: str) -> tuple[str, ...]:
    """List the kinds that a cell may be, the most telling first."""
    text = plain(cell)
    return tuple(kind for kind, pattern in _LOOKS.items() if text and pattern.fullmatch(text))


def plain(cell: str) -> str:
    """Write a cell without what differs by habit."""
    return unicodedata.normalize("NFKC", cell).strip().upper()


def end_of(cell: str) -> str:
    """Show the last signs of a cell alone, and how long it is."""
    plain = cell.strip()
    return f"{'*' * (len(plain) - SHOWN_SIGNS)}{plain[-SHOWN_SIGNS:]}" if len(plain) > SHOWN_SIGNS else plain


def shown(*, names: Sequence[str], cells: Sequence[str], shortened: Collection[str]) -> list[str]:
    """Write a row for a page: of some columns the last signs alone."""
    kept = {plain_name(name) for name in shortened}
    wide = [*names, *([""] * (len(cells) - len(names)))]
    return [end_of(cell) if plain_name(wide[place]) in kept else cell for place, cell in enumerate(cells)]
