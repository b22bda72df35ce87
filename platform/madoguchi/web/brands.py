"""How a city looks and whom it names: its colour, its sign or logo, and who answers the phone.

The room that keeps what a city chose stands above this one and is found through the settings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from madoguchi import tenancy

Brand = Mapping[str, str]

HUES: Final = (
    "blue",
    "light-blue",
    "cyan",
    "green",
    "lime",
    "orange",
    "red",
    "magenta",
    "purple",
)
MARKS: Final = ("leaf", "wave", "mountain", "sun", "flower")
HUE_LABELS: Final = dict(
    zip(
        HUES,
        (_("青"), _("水色"), _("青緑"), _("緑"), _("黄緑"), _("橙"), _("赤"), _("赤紫"), _("紫")),
        strict=True,
    )
)
MARK_LABELS: Final = dict(zip(MARKS, (_("葉"), _("波"), _("山"), _("太陽"), _("花")), strict=True))
NOTHING: Final[Brand] = {}
# What a page may say while it may ask no table of the city.
TOLD: Final = (
    *("hue", "mark", "phone", "contact", "contact_en", "contact_ja_easy"),
    *("hours", "hours_en", "hours_ja_easy"),
)
SHOWN: Final = "shown_"
WIDE: Final = 1.6


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A city's logo as a page shows it."""

    url: str
    width: int
    height: int
    alt: str
    names_the_city: bool

    @property
    def is_wide(self) -> bool:
        """Tell whether it leaves no room for words beside it on a phone."""
        return self.width > WIDE * self.height


def brand_of(request: HttpRequest, city: tenancy.City | None) -> Brand:
    """Read how a city looks on this page; a draft wins on the page that shows it."""
    draft: Brand | None = getattr(request, "draft_brand", None)
    if draft is not None:
        return draft
    if city is None:
        return NOTHING
    return _chosen(city, may_ask=not getattr(request, "is_at_door", False))


def current_brand() -> Brand:
    """Read how the current city looks, also outside a page."""
    return _chosen(tenancy.current_city(), may_ask=True)


def as_shown(told: Brand) -> dict[str, str]:
    """Name what a city shows now, apart from what its contract began with."""
    return {f"{SHOWN}{name}": value for name, value in told.items()}


def known_of(city: tenancy.City) -> Brand:
    """Read how a city looks from the list of cities alone: what it was last heard to show."""
    shown = {name.removeprefix(SHOWN): value for name, value in city.brand.items() if name.startswith(SHOWN)}
    return {**city.brand, **shown}


def logo_of(brand: Brand, *, language: str, fallback: str) -> Logo | None:
    """Describe the logo in the language of the page; nothing when the city has none."""
    address = brand.get("logo", "")
    if not address:
        return None
    alt = brand.get("logo_alt", "") if language.startswith("ja") else brand.get("logo_alt_en", "")
    return Logo(
        url=logo_path(address),
        width=int(brand["logo_width"]),
        height=int(brand["logo_height"]),
        alt=alt or fallback,
        names_the_city=brand.get("logo_names_the_city") == "yes",
    )


def logo_path(name: str) -> str:
    """Name the address of a logo, the same in both zones and every language."""
    return f"/brand/logo/{name}"


def _chosen(city: tenancy.City, *, may_ask: bool) -> Brand:
    if tenancy.is_operators(city):
        return city.brand
    source: Callable[..., Brand] = import_string(settings.MADOGUCHI["BRANDS"])
    return source(city, may_ask=may_ask)
