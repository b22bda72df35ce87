"""Why a resident's record changed: the list of the national standard, and what each reason means for a card.

The words are those of the standard for registers of residents (住民記録システム標準仕様書); files of a
vendor are mapped to them, here by the names in common use, beyond them by the city's own profile.
"""

import unicodedata
from enum import StrEnum
from typing import Final


class Standing(StrEnum):
    """Whether somebody is a resident now."""

    PRESENT = "present"
    MOVED_OUT = "moved_out"
    DIED = "died"
    REMOVED = "removed"


class Reason(StrEnum):
    """A reason of the standard's list."""

    MOVED_IN = "moved_in"
    CAME_FROM_ABROAD = "came_from_abroad"
    BORN = "born"
    ENTERED_NATURALISED = "entered_naturalised"
    ENTERED_NATIONALITY_LOST = "entered_nationality_lost"
    ENTERED = "entered"
    ENTERED_REWRITTEN = "entered_rewritten"
    ENTERED_REMADE = "entered_remade"
    ENTERED_BY_CORRECTION = "entered_by_correction"

    MOVED_OUT = "moved_out"
    WENT_ABROAD = "went_abroad"
    DIED = "died"
    STRUCK_NATURALISED = "struck_naturalised"
    STRUCK_NATIONALITY_LOST = "struck_nationality_lost"
    STRUCK = "struck"
    STRUCK_REWRITTEN = "struck_rewritten"
    STRUCK_REMADE = "struck_remade"
    STRUCK_BY_CORRECTION = "struck_by_correction"

    MOVED_WITHIN = "moved_within"
    MINOR = "minor"
    AMENDED = "amended"
    ERROR_AMENDED = "error_amended"
    NUMBER_ASKED = "number_asked"
    NUMBER_AMENDED = "number_amended"
    NUMBER_ENTERED = "number_entered"
    CODE_ASKED = "code_asked"
    CODE_ENTERED = "code_entered"
    HOUSEHOLD_SPLIT = "household_split"
    HOUSEHOLD_JOINED = "household_joined"
    HOUSEHOLD_CHANGED = "household_changed"
    HEAD_CHANGED = "head_changed"
    FORMER_NAME_ENTERED = "former_name_entered"
    FORMER_NAME_CHANGED = "former_name_changed"
    FORMER_NAME_REMOVED = "former_name_removed"
    COMMON_NAME_ENTERED = "common_name_entered"
    COMMON_NAME_REMOVED = "common_name_removed"
    AMENDED_BY_CORRECTION = "amended_by_correction"

    NOT_IN_FILE = "not_in_file"
    """Of ours: a file of all residents no longer holds them."""


# Every reason in the words of the standard; entries, strikings-off and amendments in this order.
WORDS: Final = {
    Reason.MOVED_IN: "国内転入",
    Reason.CAME_FROM_ABROAD: "国外転入等",
    Reason.BORN: "出生",
    Reason.ENTERED_NATURALISED: "職権記載（帰化等）",
    Reason.ENTERED_NATIONALITY_LOST: "職権記載（国籍喪失）",
    Reason.ENTERED: "職権記載",
    Reason.ENTERED_REWRITTEN: "改製（記載）",
    Reason.ENTERED_REMADE: "再製（記載）",
    Reason.ENTERED_BY_CORRECTION: "異動の取消し（増）",
    Reason.MOVED_OUT: "国内転出",
    Reason.WENT_ABROAD: "国外転出",
    Reason.DIED: "死亡",
    Reason.STRUCK_NATURALISED: "職権消除（帰化等）",
    Reason.STRUCK_NATIONALITY_LOST: "職権消除（国籍喪失）",
    Reason.STRUCK: "職権消除",
    Reason.STRUCK_REWRITTEN: "改製（消除）",
    Reason.STRUCK_REMADE: "再製（消除）",
    Reason.STRUCK_BY_CORRECTION: "異動の取消し（減）",
    Reason.MOVED_WITHIN: "転居",
    Reason.MINOR: "軽微な修正",
    Reason.AMENDED: "職権修正",
    Reason.ERROR_AMENDED: "誤記修正",
    Reason.NUMBER_ASKED: "個人番号の変更請求",
    Reason.NUMBER_AMENDED: "個人番号の職権修正",
    Reason.NUMBER_ENTERED: "個人番号の職権記載",
    Reason.CODE_ASKED: "住民票コードの変更請求",
    Reason.CODE_ENTERED: "住民票コードの職権記載",
    Reason.HOUSEHOLD_SPLIT: "世帯分離",
    Reason.HOUSEHOLD_JOINED: "世帯合併",
    Reason.HOUSEHOLD_CHANGED: "世帯変更",
    Reason.HEAD_CHANGED: "世帯主変更",
    Reason.FORMER_NAME_ENTERED: "旧氏の記載",
    Reason.FORMER_NAME_CHANGED: "旧氏の変更",
    Reason.FORMER_NAME_REMOVED: "旧氏の削除",
    Reason.COMMON_NAME_ENTERED: "通称の記載",
    Reason.COMMON_NAME_REMOVED: "通称の削除",
    Reason.AMENDED_BY_CORRECTION: "異動の取消し（修正）",
    Reason.NOT_IN_FILE: "全件データになし",
}
_COMMON: Final = {
    "転入": Reason.MOVED_IN,
    "国外転入": Reason.CAME_FROM_ABROAD,
    "転出": Reason.MOVED_OUT,
    "転出確定": Reason.MOVED_OUT,
    "職権記載等": Reason.ENTERED,
    "職権消除等": Reason.STRUCK,
    "氏名変更": Reason.AMENDED,
    "住所変更": Reason.MOVED_WITHIN,
    "改製": Reason.ENTERED_REWRITTEN,
    "再製": Reason.ENTERED_REMADE,
}
_STANDINGS: Final = {
    Reason.MOVED_OUT: Standing.MOVED_OUT,
    Reason.WENT_ABROAD: Standing.MOVED_OUT,
    Reason.DIED: Standing.DIED,
    Reason.STRUCK: Standing.REMOVED,
    Reason.STRUCK_NATURALISED: Standing.REMOVED,
    Reason.STRUCK_NATIONALITY_LOST: Standing.REMOVED,
    Reason.STRUCK_BY_CORRECTION: Standing.REMOVED,
    Reason.NOT_IN_FILE: Standing.REMOVED,
}


class UnknownReason(ValueError):
    """The word or code is none of the standard's and none in common use."""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "")


_BY_WORD: Final = {
    **{_plain(word): reason for reason, word in WORDS.items()},
    **{reason.value: reason for reason in Reason},
    **{_plain(word): reason for word, reason in _COMMON.items()},
}


def read_reason(text: str) -> Reason | None:
    """Read a reason by its word or code; an empty cell has none.

    Raises UnknownReason.
    """
    plain = _plain(text)
    if not plain:
        return None
    found = _BY_WORD.get(plain)
    if found is None or found is Reason.NOT_IN_FILE:
        raise UnknownReason(text)
    return found


def standing_after(reason: Reason | None) -> Standing:
    """Tell whether somebody is a resident after a change; a record written anew changes nothing."""
    return _STANDINGS.get(reason, Standing.PRESENT) if reason is not None else Standing.PRESENT
