"""What stands above every page for now: an emergency, maintenance to come, a word to everybody."""

from django.http import HttpRequest

from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import Banner

RESIDENT = "resident"
STAFF = "staff"
FIRST = ("emergency", "maintenance", "notice")


def page_banners(request: HttpRequest) -> list[Banner]:
    """List the banners of this page, the gravest first.

    Whoever contributes asks no table on an ordinary page: it remembers, as the looks of cities do.
    """
    if getattr(request, "is_at_door", False):
        return []
    audience = RESIDENT if getattr(request, "zone", "") == RESIDENT else STAFF
    found = [
        banner
        for banner in plugins.contributed("page_banners", request=request)
        if banner.audience in (audience, "both")
    ]
    return sorted(found, key=lambda banner: FIRST.index(banner.kind))
