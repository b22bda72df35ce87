"""The side navigation of staff as it is drawn: once for every menu that looks alike, not for every page."""

from collections.abc import Iterable
from functools import lru_cache  # noqa: TID251 - a menu is named by all that stands in it

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from madoguchi.web.navigation import Link, Section

TEMPLATE = "web/staff_navigation.html"
MOST_KEPT = 1_024
Drawn = tuple[str, bool, bool, tuple[Link, ...]]


def draw(*, sections: Iterable[Section], language: str, zone: str, path: str) -> SafeString:
    """Write the links of a menu, which a page has twice: beside itself, and folded where it is narrow."""
    named = tuple((each.label, each.is_folded, each.is_open, tuple(each.links)) for each in sections)
    return _drawn(sections=named, language=language, zone=zone, is_home=path == "/")


@lru_cache(maxsize=MOST_KEPT)
def _drawn(*, sections: tuple[Drawn, ...], language: str, zone: str, is_home: bool) -> SafeString:
    # The language is active; it stands among the arguments because the words of the template follow it.
    shown = [
        {"label": label, "is_folded": is_folded, "is_open": is_open, "links": links}
        for label, is_folded, is_open, links in sections
    ]
    return render_to_string(TEMPLATE, {"sections": shown, "zone": zone, "is_home": is_home})
