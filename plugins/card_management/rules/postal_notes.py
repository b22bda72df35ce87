"""Whether the rest of an address lies in the part of a town that a postal code is noted for.

The notes are those of Japan Post's list: 1〜4丁目, 336番地, 40−1、623番地, その他, small places.
What is not understood is never guessed: the answer is then None.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from plugins.card_management.rules.postal_words import fold

REST: Final = "その他"
_WHOLE_TOWN: Final = frozenset({"", "次ノビルヲ除ク", "次のビルを除く"})
_SPECIAL: Final = re.compile(
    r"除く|除ク|以外|及び|及ビ|含む|含ム|「|」|国有林|場合|\(|\)|以上|以内|以前|未満|奇数|偶数"
)
_RANGE: Final = re.compile(r"(\d+)(?:-(\d+))?(?:〜(\d+)(?:-(\d+))?)?(丁目|番地|番)?(以降)?")
_LETTERS: Final = re.compile(r"[^\d]+")
_MARKERS: Final = re.compile(r"^(大字|小字|字)")
_FIRST: Final = re.compile(
    r"(\d+)(丁目|番地|番|号|条|線|地割|区|-|ノ)?(?:ノ)?(\d+)?(丁目|番地|番|号|-|ノ)?(\d+)?"
)
_LOT_LETTERS: Final = re.compile(r"^[甲乙丙丁戊己庚辛イロハニホヘト](?=\d)")


@dataclass(frozen=True, slots=True)
class Rest:
    """What follows the town in a folded address."""

    text: str
    letters: str = ""
    """What stands before the first digit: the name of a small place, or of a building."""
    has_marker: bool = False
    """字 stands before the small place, so that the town certainly ends there."""
    block: int | None = None
    """The number before 丁目."""
    lot: int | None = None
    """The number before 番地, or the first of one or two bare numbers."""
    branch: int | None = None
    is_bare: bool = False
    """Neither 丁目 nor 番 says what the numbers count."""
    bare: tuple[int, ...] = ()
    may_be_blocks: bool = False
    """The town has 丁目, so that the first of two bare numbers may be one."""

    @property
    def is_plain(self) -> bool:
        """Tell whether the town certainly ends where it was taken to end."""
        return not self.letters or self.has_marker


def read_rest(text: str, *, may_be_blocks: bool = False) -> Rest:
    """Take apart what follows the town; the text is folded."""
    text = text.removeprefix("-")
    bare = _MARKERS.sub("", text)
    has_marker = bare != text
    without_lot = _LOT_LETTERS.sub("", bare)
    found = _LETTERS.match(without_lot)
    letters = found.group() if found else ""
    numbers = _FIRST.match(without_lot[len(letters) :])
    if numbers is None:
        return Rest(text=text, letters=letters, has_marker=has_marker)
    return _numbered(Rest(text=text, letters=letters, has_marker=has_marker), numbers, may_be_blocks)


def _numbered(rest: Rest, numbers: "re.Match[str]", may_be_blocks: bool) -> Rest:  # noqa: FBT001
    first, unit, second, _, third = numbers.groups()
    following = tuple(int(number) for number in (second, third) if number)
    if unit == "丁目":
        lot, branch = (*following, None, None)[:2]
        return replace(rest, block=int(first), lot=lot, branch=branch)
    if unit in ("番地", "番"):
        return replace(rest, lot=int(first), branch=following[0] if following else None)
    if unit in (None, "-", "ノ"):
        return replace(rest, is_bare=True, bare=(int(first), *following), may_be_blocks=may_be_blocks)
    # 三条, 5線: not the number of a lot, but a part of a name.
    return replace(rest, letters=f"{first}{unit}")


def covers(note: str, rest: Rest) -> bool | None:
    """Tell whether a note names this part of the town: yes, no, or not to be known."""
    if _SPECIAL.search(note):
        return None
    if note in ("大字", "字", "小字"):
        # Whether 大字 stands before the town is left out by half of those who write it.
        return None
    if note in ("丁目", "番地"):
        return _by_unit(note, rest)
    items = _items(fold(note))
    if any(_is_counted_name(item) for item in items):
        # 第1、2 or 猪位金1〜3区: what the other numbers count is not said.
        return True if any(_covers_name(item, rest) for item in items if _is_counted_name(item)) else None
    answers = [_covers_item(item, rest) for item in items]
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def is_whole_town(note: str) -> bool:
    """Tell whether a note only repeats that the code is the town's."""
    return note in _WHOLE_TOWN


def _by_unit(unit: str, rest: Rest) -> bool | None:
    if rest.letters:
        return None
    if rest.block is not None:
        return unit == "丁目"
    return unit == "番地" if rest.lot is not None else None


def _items(note: str) -> list[str]:
    """Cut a note into its parts; a unit at the end holds for the numbers before it."""
    parts = note.split("、")
    unit = ""
    named = []
    for part in reversed(parts):
        found = _RANGE.fullmatch(part)
        if found is not None and not found[5] and unit:
            part = f"{part}{unit}"
        elif found is not None and found[5]:
            unit = found[5]
        named.append(part)
    return named


def _is_counted_name(item: str) -> bool:
    return _RANGE.fullmatch(item) is None and any(sign.isdigit() for sign in item)


def _covers_item(item: str, rest: Rest) -> bool | None:
    found = _RANGE.fullmatch(item)
    if found is None:
        return _covers_name(item, rest)
    if rest.letters:
        # A small place with numbers of its own, or a building: neither is known to lie there.
        return None
    first, first_branch, last, last_branch, unit, is_open = found.groups()
    number, branch = _number_for(unit, rest)
    if number is None:
        return None if branch is None else False
    low = (int(first), int(first_branch) if first_branch else None)
    if is_open:
        return number >= low[0]
    high = (int(last), int(last_branch) if last_branch else None) if last else low
    return _within((number, branch if branch else None), low, high)


def _number_for(unit: str | None, rest: Rest) -> tuple[int | None, int | None]:
    """Give the number that a unit counts, and its branch; (None, 0) where the address counts otherwise."""
    if unit == "丁目":
        if rest.is_bare:
            # Three numbers are 丁目, 番 and 号; one or two may be 番地 and its branch.
            return (rest.bare[0], None) if len(rest.bare) == 3 else (None, None)
        if rest.block is not None:
            return rest.block, None
        return None, 0 if rest.lot is not None else None
    if rest.block is not None:
        return None, None
    if rest.is_bare:
        if rest.may_be_blocks or len(rest.bare) == 3:
            return None, None
        return rest.bare[0], rest.bare[1] if len(rest.bare) > 1 else None
    return rest.lot, rest.branch


def _within(
    number: tuple[int, int | None], low: tuple[int, int | None], high: tuple[int, int | None]
) -> bool | None:
    if not low[0] <= number[0] <= high[0]:
        return False
    if low[0] < number[0] < high[0]:
        return True
    edges = [edge for edge in (low, high) if edge[0] == number[0]]
    if all(edge[1] is None for edge in edges):
        # The whole lot is named; one of its branches may have been cut off since.
        return True if number[1] is None else None
    if number[1] is None:
        return None
    return _branch_within(number, low, high)


def _branch_within(
    number: tuple[int, int | None], low: tuple[int, int | None], high: tuple[int, int | None]
) -> bool:
    branch = number[1] or 0
    after = number[0] > low[0] or branch >= (low[1] or 0)
    before = number[0] < high[0] or high[1] is None or branch <= high[1]
    return after and before


def _covers_name(item: str, rest: Rest) -> bool | None:
    name = _MARKERS.sub("", item)
    found = _MARKERS.sub("", rest.text)
    if found.startswith(name):
        after = found[len(name) :]
        ends = not after or after[0].isdigit() or bool(_LOT_LETTERS.match(after))
        return True if ends and not (name[-1:].isdigit() and after[:1].isdigit()) else None
    if rest.letters and rest.has_marker:
        return False
    return None
