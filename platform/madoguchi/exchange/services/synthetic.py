"""A city in trial takes in invented people only: a list that may hold real ones is refused (DAI-09)."""

import io
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from madoguchi.exchange.errors import FileRefused
from madoguchi.standing import standing
from madoguchi.tenancy import current_city

PEOPLE: Final = ("氏名", "名前", "住所", "電話", "メール")
# Whoever invents people says so in every row: a street that is nowhere, a name that is none.
INVENTED: Final = ("テスト", "試験", "見本", "サンプル", "架空", "ダミー", "example.jp", "example.com")


def refuse_real_people(*, content: bytes, encoding: str, columns: Sequence[str]) -> None:
    """Refuse a list of people in a city in trial unless every row says that its person is invented.

    Raises FileRefused naming the line.
    """
    if not standing(current_city().state).is_trial or not _holds_people(columns):
        return
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    next(text, None)
    for line, row in enumerate(text, 2):
        if row.strip() and not any(word in row for word in INVENTED):
            sentence = _(
                "試行中の自治体には、実在の人の情報を取り込めません。%(line)d行目に、試験用とわかる語"
                "（テスト、見本、架空など）がありません。架空の人の一覧を使ってください。"
            )
            raise FileRefused(reason="real_people", sentence=sentence % {"line": line}, line=line)


def _holds_people(columns: Sequence[str]) -> bool:
    return any(word in column for column in columns for word in PEOPLE)
