"""How plain a Japanese text is: the length of its sentences, its share of kanji, its words of offices."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

KANJI = re.compile(r"[一-龠々]")
LETTERS = re.compile(r"[ぁ-んァ-ヶー一-龠々]")
# What offices write and nobody says.
OFFICE_WORDS = (
    *(
        "来庁",
        "持参",
        "所持",
        "提示",
        "当該",
        "該当",
        "別途",
        "事前",
        "速やか",
        "遅滞",
        "及び",
        "又は",
        "並びに",
    ),
    *("下記", "左記", "上記", "前記", "願います", "ご了承", "賜り", "存じます", "致します", "頂き", "下さい"),
    *(
        "記載",
        "添付",
        "送付",
        "返信",
        "確認願",
        "押下",
        "遷移",
        "認証",
        "有無",
        "可否",
        "以降",
        "期日",
        "失効",
    ),
)


@dataclass(frozen=True)
class Plainness:
    """What was measured on a page."""

    longest: str
    share_of_kanji: float
    office_words: tuple[str, ...]


def measure(sentences: Iterable[str]) -> Plainness:
    """Measure the sentences of one page."""
    found = list(sentences)
    text = "".join(found)
    # Dates, places and names are what they are; what somebody wrote ends like a sentence.
    prose = "".join(sentence for sentence in found if sentence.endswith("。"))
    letters = len(LETTERS.findall(prose)) or 1
    return Plainness(
        longest=max(found, key=len, default=""),
        share_of_kanji=len(KANJI.findall(prose)) / letters,
        office_words=tuple(word for word in OFFICE_WORDS if word in text),
    )
