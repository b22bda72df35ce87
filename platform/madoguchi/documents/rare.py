"""Characters that our fonts cannot draw: found before they are printed, and named on the paper."""

import struct
from collections.abc import Iterator
from functools import lru_cache  # noqa: TID251
from pathlib import Path
from typing import Any, Final

FONTS: Final = Path(__file__).parent / "fonts"
USED: Final = ("BIZUDPGothic-Regular.ttf", "NotoSansJPSupplement-Regular.ttf")
# What printers set where they lack a character.
GETA: Final = "〓"
SEGMENTS, GROUPS = 4, 12
_LAYOUT: Final = "\n\t\r\u3000\u00a0\u200b"


def without_rare(values: Any) -> tuple[Any, list[str]]:
    """Put a 〓 in the place of what no font of the house or the system draws, and name what to look at.

    Characters of a city's own (外字) become a 〓. Rare ones that only our fonts lack stay, for the fonts of
    the system may have them; both are named by their numbers.
    """
    found: dict[str, int] = {}
    return _mended(values, found), [
        f"{GETA if _is_own(sign) else sign}（U+{ord(sign):04X}）×{count}" for sign, count in found.items()
    ]


def _mended(value: Any, found: dict[str, int]) -> Any:
    if isinstance(value, str):
        return _text(value, found)
    if isinstance(value, dict):
        return {name: _mended(each, found) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(each, found) for each in value]
    return value


def _text(text: str, found: dict[str, int]) -> str:
    if text.isascii():
        return text
    known = _drawn()
    strange = {sign for sign in text if ord(sign) not in known and sign not in _LAYOUT}
    for sign in strange:
        found[sign] = found.get(sign, 0) + text.count(sign)
    return "".join(GETA if sign in strange and _is_own(sign) else sign for sign in text) if strange else text


def _is_own(sign: str) -> bool:
    number = ord(sign)
    return 0xE000 <= number <= 0xF8FF or number >= 0xF0000 or number == 0xFFFD


@lru_cache(maxsize=1)
def _drawn() -> frozenset[int]:
    return frozenset(number for name in USED for number in _covered((FONTS / name).read_bytes()))


def _covered(font: bytes) -> Iterator[int]:
    """Read which characters a font has from its table cmap."""
    (tables,) = struct.unpack_from(">H", font, 4)
    for each in range(tables):
        tag, _check, start, _length = struct.unpack_from(">4sIII", font, 12 + 16 * each)
        if tag == b"cmap":
            (maps,) = struct.unpack_from(">H", font, start + 2)
            for one in range(maps):
                (offset,) = struct.unpack_from(">I", font, start + 8 + 8 * one)
                yield from _mapped(font, start + offset)


def _mapped(font: bytes, at: int) -> Iterator[int]:
    (layout,) = struct.unpack_from(">H", font, at)
    if layout == GROUPS:
        (count,) = struct.unpack_from(">I", font, at + 12)
        for each in range(count):
            first, last, _glyph = struct.unpack_from(">III", font, at + 16 + 12 * each)
            yield from range(first, last + 1)
    elif layout == SEGMENTS:
        (double,) = struct.unpack_from(">H", font, at + 6)
        count = double // 2
        lasts = struct.unpack_from(f">{count}H", font, at + 14)
        firsts = struct.unpack_from(f">{count}H", font, at + 16 + double)
        for first, last in zip(firsts, lasts, strict=True):
            yield from range(first, min(last, 0xFFFE) + 1)
