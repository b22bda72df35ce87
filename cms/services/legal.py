"""The pages that a city must have before it opens, whatever else it writes."""

from django.conf import settings
from wagtail.models import Page

LEGAL_SLUGS = ("privacy", "accessibility")


def has_every_legal_page() -> bool:
    """Tell whether every legal page is published in every language of the site."""
    published = set(
        Page.objects.live().filter(slug__in=LEGAL_SLUGS).values_list("locale__language_code", "slug")
    )
    return all((code, slug) in published for code, _name in settings.LANGUAGES for slug in LEGAL_SLUGS)


def count_unread_legal_pages() -> int:
    """Count the legal pages in Japanese that no editor has published since the city was made."""
    pages = Page.objects.live().filter(slug__in=LEGAL_SLUGS, locale__language_code=settings.LANGUAGE_CODE)
    return int(pages.filter(last_published_at=None).count())
