"""The kinds of paper that a card office keeps, and on which of them a My Number may stand."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of form; where a My Number may stand on it somebody looks at every page first."""

    code: str
    may_show_numbers: bool = False


KINDS: Final = (
    Kind("application", may_show_numbers=True),
    Kind("reissue", may_show_numbers=True),
    Kind("lost", may_show_numbers=True),
    Kind("change", may_show_numbers=True),
    Kind("pin"),
    Kind("certificate"),
    Kind("agent"),
    Kind("receipt"),
    Kind("other", may_show_numbers=True),
)
CODES: Final = frozenset(kind.code for kind in KINDS)
OTHER: Final = "other"
_SHOWING: Final = frozenset(kind.code for kind in KINDS if kind.may_show_numbers)


def may_show_numbers(code: str) -> bool:
    """Tell whether a My Number may stand on this kind of form; an unknown kind may show anything."""
    return code in _SHOWING or code not in CODES
