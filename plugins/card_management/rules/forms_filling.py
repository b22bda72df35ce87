"""Fill a form from what the chip, the register and the ledger tell; what is missing stays empty."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from plugins.card_management.rules.forms_layout import Layout, Place

# Where the same is told by several, the card in the hand comes first, then the register, then the ledger.
RANKS: Final = ("chip", "register", "ledger", "city")
TYPED: Final = "typed"
MISSING, CONFLICT, UNKNOWN_WORD = "missing", "conflict", "unknown_word"
_LOOSE: Final = re.compile(r"[\s\u3000‐-―ー－−-]+")
Facts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Filled:
    """One field of a form: what stands in it, who told it, and what else was told."""

    place: Place
    text: str = ""
    source: str = ""
    problem: str = ""
    candidates: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """Give what people read in the field: of a choice its word, not its code."""
        words = {option.value: option.label for option in self.place.options}
        return words.get(self.text, self.text)

    @property
    def is_for_hand(self) -> bool:
        """Tell whether a resident would have to write here."""
        return not self.text and self.place.need == "required" and self.place.kind != "signature"


@dataclass(frozen=True)
class FilledForm:
    """All fields of a form, and how much of it somebody had to write."""

    fields: tuple[Filled, ...] = field(default=())

    @property
    def typed(self) -> int:
        """Count the fields that staff typed."""
        return sum(each.source == TYPED for each in self.fields)

    @property
    def by_hand(self) -> int:
        """Count the fields that a resident still has to write."""
        return sum(each.is_for_hand for each in self.fields)

    @property
    def problems(self) -> tuple[Filled, ...]:
        """List the fields that somebody has to look at."""
        return tuple(each for each in self.fields if each.problem)

    def texts(self) -> dict[str, str]:
        """Give what stands in each field."""
        return {each.place.name: each.text for each in self.fields}


def fill_form(
    *, layout: Layout, facts: Facts, given: Mapping[str, str], chosen: Mapping[str, str]
) -> FilledForm:
    """Fill every field: `given` was typed by staff, `chosen` names the source where two of them differ."""
    return FilledForm(
        tuple(
            _filled(place, facts, given.get(place.name, "").strip(), chosen.get(place.name, ""))
            for place in layout.places
        )
    )


def told_of(*, source: str, facts: Facts) -> list[tuple[str, str]]:
    """List what each source says: `holder.name` asks all of them, `register:holder.name` one alone."""
    wanted, _colon, key = source.rpartition(":")
    told: list[tuple[str, str]] = []
    for name in (wanted,) if wanted else RANKS:
        value = facts.get(name, {}).get(key, "").strip()
        if value:
            told.append((name, value))
    return told


def same(one: str, other: str) -> bool:
    """Tell whether two texts say the same: width, spaces and dashes aside."""
    return _plain(one) == _plain(other)


def _filled(place: Place, facts: Facts, given: str, chosen: str) -> Filled:
    if place.kind == "signature":
        return Filled(place)
    told = told_of(source=place.source, facts=facts) if place.source else []
    agreeing = [each for each in told if given and same(each[1], given)]
    if given and not agreeing:
        return _worded(place, given, TYPED, tuple(told))
    if not told:
        return Filled(place, problem=MISSING if place.need == "required" else "")
    if agreeing:
        return _worded(place, agreeing[0][1], agreeing[0][0], tuple(told))
    if chosen:
        told = [each for each in told if each[0] == chosen] or told
    if any(not same(told[0][1], value) for _source, value in told[1:]):
        return Filled(place, problem=CONFLICT, candidates=tuple(told))
    return _worded(place, told[0][1], told[0][0], tuple(told))


def _worded(place: Place, text: str, source: str, told: Sequence[tuple[str, str]]) -> Filled:
    if place.kind == "choice" and text not in {option.value for option in place.options}:
        return Filled(place, problem=UNKNOWN_WORD, candidates=tuple(told))
    return Filled(place, text=text, source=source, candidates=tuple(told))


def _plain(text: str) -> str:
    return _LOOSE.sub("", unicodedata.normalize("NFKC", text)).casefold()
