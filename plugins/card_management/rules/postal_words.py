"""Write addresses in one way, so that two spellings of a place meet."""

import re
import unicodedata
from typing import Final

# Old and rare forms on the left, the form under which both are compared on the right.
_FORMS: Final = (
    "澤沢藏蔵龍竜嶋島嶌島邊辺邉辺﨑崎碕崎嵜崎髙高櫻桜濱浜濵浜檜桧曽曾籠篭瀧滝廣広國国圀国學学驛駅豐豊齋斎齊斎斉斎渕淵舘館條条圓円澁渋靜静鹽塩榮栄會会惠恵眞真礒磯與与"
    "彌弥萬万竃竈釜竈橫横黑黒德徳晉晋實実寶宝壽寿櫟檪鷄鶏巖巌嶽岳峯峰埜野壺壷聲声總総續続縣県讚讃藪薮蘆芦蝦蛯螢蛍應応懷懐戶戸拂払擧挙攝摂數数樓楼樂楽權権歸帰殘残氣気"
    "淨浄灣湾瀨瀬爐炉獨独畫画當当疊畳盡尽禪禅稻稲穗穂竝並絲糸繩縄舊旧莊荘菴庵蠣蛎讓譲豫予賣売邨村鄕郷醫医釀醸鐵鉄關関雙双靈霊鷗鴎麥麦麴麹麵麺點点齡齢龜亀桒桑冨富凜凛"
)
_NEWER: Final = {ord(old): new for old, new in zip(_FORMS[::2], _FORMS[1::2], strict=True)}
_TRANSLATE: Final = {
    **_NEWER,
    **dict.fromkeys(map(ord, "ヶヵがガカ"), "ケ"),
    **dict.fromkeys(map(ord, "のノ之乃"), "ノ"),
    **dict.fromkeys(map(ord, "ッっつ"), "ツ"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−─━-"), "-"),
    **dict.fromkeys(map(ord, "~〜～"), "〜"),
}
_SELECTORS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# 浦臼第１ 1234番地: without the gap it would be another number.
_BETWEEN_NUMBERS: Final = re.compile(r"(?<=\d)[\s,，]+(?=\d)")
_GAPS: Final = re.compile(r"[\s,，]+")
_LONG_VOWEL: Final = re.compile(r"(?<=\d)ー(?=\d)")
KANJI_NUMBER: Final = "〇零一二三四五六七八九十百千壱弐参"
_COUNTED: Final = re.compile(rf"[{KANJI_NUMBER}]+(?=丁目|番|号|条|線|地割|区)")
_DIGITS: Final = {
    sign: value for value, signs in enumerate(("〇零", "一壱", "二弐", "三参")) for sign in signs
} | dict(zip("四五六七八九", range(4, 10), strict=True))
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}


def fold(address: str) -> str:
    """Write an address, or a part of one, as it is compared: no spaces, new forms, plain digits."""
    text = _SELECTORS.sub("", unicodedata.normalize("NFKC", address))
    text = _GAPS.sub("", _BETWEEN_NUMBERS.sub("-", text)).translate(_TRANSLATE).removeprefix("〒")
    text = _LONG_VOWEL.sub("-", text)
    return _COUNTED.sub(lambda found: str(read_number(found.group())), text)


def newer_forms(text: str) -> str:
    """Write old and rare forms of signs as the usual ones, and no choice of a form."""
    return _SELECTORS.sub("", text).translate(_NEWER)


def read_number(kanji: str) -> int:
    """Read a number in kanji, by place (二〇) or by units (四十七)."""
    if not any(sign in _UNITS for sign in kanji):
        return int("".join(str(_DIGITS[sign]) for sign in kanji))
    total = last = 0
    for sign in kanji:
        if sign in _UNITS:
            total += (last or 1) * _UNITS[sign]
            last = 0
        else:
            last = last * 10 + _DIGITS[sign]
    return total + last
