"""Names of roles and places in one cell of a sheet; a name may have the dividing sign in it."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from madoguchi.words import letters

_BETWEEN: Final = re.compile("([・、])")


def by_plain_name(names: Mapping[str, str]) -> dict[str, str]:
    """Write names as the cells of a sheet are read: a sheet may hold them in another width."""
    return {letters.plain(name).strip(): key for name, key in names.items()}


def cut(text: str, *, known: Collection[str]) -> list[str]:
    """Cut a cell into names, at each step the longest that is known; one unknown ends at the next sign."""
    # Names stand at the even places, the signs between them at the odd ones.
    parts = _BETWEEN.split(text)
    found: list[str] = []
    at = 0
    while at < len(parts):
        ends = range(len(parts), at, -2)
        end = next((end for end in ends if "".join(parts[at:end]).strip() in known), at + 1)
        found.append("".join(parts[at:end]).strip())
        at = end + 1
    return [name for name in found if name]
