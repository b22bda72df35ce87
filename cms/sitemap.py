"""The addresses of a site for search engines."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from wagtail.models import Page

from madoguchi.tenancy import current_city


@dataclass(frozen=True)
class Entry:
    """An address and when its page last changed."""

    address: str
    changed_at: datetime | None


def entries(request: HttpRequest) -> list[Entry]:
    """List every published page of every language."""
    start = current_city().resident_url.rstrip("/")
    pages = Page.objects.live().public().filter(depth__gt=1).select_related("locale").order_by("path")
    found = [(page, page.get_url_parts(request)) for page in pages]
    return [
        Entry(address=f"{start}{parts[2]}", changed_at=page.last_published_at)
        for page, parts in found
        if parts and parts[2]
    ]
