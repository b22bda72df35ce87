"""Read how a city looks: public API of this room, together with services."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.brand.memory import memory
from madoguchi.brand.models import Logo, Look
from madoguchi.errors import NotFound
from madoguchi.tenancy import City, current_city
from madoguchi.web.brands import Brand, known_of

LONGEST_HISTORY = 20


class UnknownLook(NotFound):
    """This city never had such a look."""

    code = "unknown_look"


def brand_of(city: City, *, may_ask: bool) -> Brand:
    """Read what a city chose over what its contract began with; mostly without asking the database."""
    found = memory.fresh(city)
    if found is None and may_ask:
        changes = memory.changes
        found = overlaid(current_look())
        memory.keep(city, found, changes=changes)
    return found or memory.known(city) or known_of(city)


def overlaid(look: Look | None) -> Brand:
    """Lay a look over what the city's contract began with."""
    return {**current_city().brand, **(look.chosen if look else {}), **_of_logo(look)}


def current_look() -> Look | None:
    """Find what everybody sees; nothing when the city never chose."""
    return _looks().filter(is_draft=False).first()


def draft() -> Look | None:
    """Find what somebody tries out and nobody else sees yet."""
    return _looks().filter(is_draft=True).first()


def history() -> Sequence[Look]:
    """List the looks of the city, newest first."""
    return list(_looks().filter(is_draft=False)[:LONGEST_HISTORY])


def find(look: UUID) -> Look:
    """Find a look of this city.

    Raises UnknownLook.
    """
    found = _looks().filter(is_draft=False, id=look).first()
    if found is None:
        raise UnknownLook(look=str(look))
    return found


def logo(name: str) -> Logo:
    """Find a logo with its content.

    Raises UnknownLook.
    """
    found = Logo.objects.filter(name=name).first()
    if found is None:
        raise UnknownLook(logo=name)
    return found


def _looks() -> "QuerySet[Look]":
    return Look.objects.select_related("logo").defer("logo__content").order_by("-chosen_at")


def _of_logo(look: Look | None) -> Brand:
    if look is None or look.logo is None:
        return {}
    return {
        "logo": look.logo.name,
        "logo_width": str(look.logo.width),
        "logo_height": str(look.logo.height),
    }
