"""Which headings of a file speak of a person: names, kana, addresses, telephones, mail."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

PERSONAL: Final = re.compile(
    "氏名|名前|姓|苗字|フリガナ|ふりがな|カナ|かな|住所|郵便番号|〒|電話|携帯|連絡先|メール|性別|世帯主|続柄|"
    r"個人番号|マイナンバー|備考|メモ|\bname|kana|address|\bphone|\btel\b|mail|\bzip|postcode",
    re.IGNORECASE,
)


def personal_among(columns: Iterable[str]) -> list[str]:
    """List the headings that speak of a person."""
    return [column for column in columns if PERSONAL.search(unicodedata.normalize("NFKC", column))]
