"""Finding the municipality that a new city is, in the list of all that exist."""

from collections.abc import Sequence
from typing import Any

from tenants.console.fleet import normalise
from tenants.fleet.municipalities import Municipality, all_municipalities
from tenants.models import City

MOST_FOUND = 20


def search_municipalities(words: str) -> Sequence[tuple[Municipality, bool]]:
    """List the municipalities that fit, each with whether it is a city here already."""
    wanted = [normalise(word) for word in words.split()]
    if not wanted:
        return ()
    found = [each for each in all_municipalities() if _fits(each, wanted)][:MOST_FOUND]
    known = set(City.objects.filter(code__in=[each.code for each in found]).values_list("code", flat=True))
    return [(each, each.code in known) for each in found]


def find_municipality(code: str) -> dict[str, Any]:
    """Begin a wish for a municipality; for one that is not in the list everything is left to type."""
    found = next((each for each in all_municipalities() if each.code == code), None)
    if found is None:
        return {}
    fields = ("code", "slug", "name", "name_kana", "name_en", "prefecture")
    return {"city": {field: getattr(found, field) for field in fields}}


def _fits(municipality: Municipality, wanted: Sequence[str]) -> bool:
    text = normalise(
        f"{municipality.code}|{municipality.name}|{municipality.name_kana}|{municipality.prefecture}"
    )
    return all(word in text for word in wanted)
