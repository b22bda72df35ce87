"""The postal code of an address in the city at hand: certain, to be chosen, or not to be known."""

from collections.abc import Sequence

from madoguchi.tenancy import current_city
from plugins.card_management.rules.postal_lookup import MOST_CANDIDATES, Lookup, look_up_in
from plugins.card_management.rules.postal_words import fold
from plugins.card_management.services.postal_dictionary import Municipality, municipalities, towns_of


def look_up(*, address: str, prefecture: str = "", city: str = "") -> Lookup:
    """Read Japan Post's list backwards; an address without a municipality is taken as the city's own.

    The code is empty unless no other can be right.
    """
    text = fold(address)
    if not text:
        return Lookup(reason="empty")
    found = _split(text, home=(prefecture, city))
    if not found:
        return Lookup(reason="municipality")
    return _merge([_look_up_in(place, rest) for place, rest in found])


def look_up_here(*, address: str) -> Lookup:
    """Look an address up as the current city writes its own."""
    here = current_city()
    return look_up(address=address, prefecture=here.prefecture, city=here.name)


def _look_up_in(place: Municipality, rest: str) -> Lookup:
    towns = towns_of(place.prefecture, place.name)
    if len(towns.named) == 1 and towns.named[0].key in place.keys and rest[:1].isdigit():
        # 利島村1番地: the whole village is the one line that the list has for it.
        rest = f"{towns.named[0].key}{rest}"
    return look_up_in(towns=towns.named, rest=rest, default=towns.default)


def _split(text: str, *, home: tuple[str, str]) -> list[tuple[Municipality, str]]:
    """Cut the municipality off; several where the same name stands in several prefectures."""
    named = [each for each in municipalities() if text.startswith(each.with_prefecture)]
    if named:
        return _fitting(named, text[len(named[0].with_prefecture) :])
    found = _fitting(municipalities(), text)
    if found:
        own = [(place, rest) for place, rest in found if (place.prefecture, place.name) == home]
        return own or found
    return [(each, text) for each in municipalities() if (each.prefecture, each.name) == home]


def _fitting(among: Sequence[Municipality], text: str) -> list[tuple[Municipality, str]]:
    fits = [(each, key) for each in among for key in each.keys if text.startswith(key)]
    longest = max((len(key) for _, key in fits), default=0)
    return [(each, text[longest:]) for each, key in fits if len(key) == longest]


def _merge(found: Sequence[Lookup]) -> Lookup:
    if len(found) == 1:
        return found[0]
    candidates = tuple(candidate for each in found for candidate in each.candidates)
    return Lookup(candidates=candidates[:MOST_CANDIDATES], reason="municipality")
