"""Addresses that lead elsewhere: pages of this site, or other sites over https."""

from django.http import HttpRequest
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect


def find(request: HttpRequest) -> Redirect | None:
    """Find what an editor, or the move of a page, has left for this address."""
    for address in dict.fromkeys((request.get_full_path(), request.path)):
        found = get_redirect(request, Redirect.normalise_path(address, decode_unicode=False))
        if found is not None and leads_safely(found.link):
            return found
    return None


def leads_safely(link: str | None) -> bool:
    """Tell whether a link stays on this site or goes to another over https."""
    if not link:
        return False
    is_here = link.startswith("/") and link[1:2] not in ("/", "\\")
    return is_here or link.startswith("https://")
