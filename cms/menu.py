"""Which pages of a site stand in the menus of every page, and which on the home."""

from dataclasses import dataclass

from wagtail.models import Page

from cms.versions import Document
from madoguchi.hooks.values import SiteLink
from madoguchi.web.languages import PREFIXES

IN_THE_HEADER = 6
FOOTER_SLUGS = tuple(str(document) for document in Document)
PAGES_DEPTH = 3
"""How deep in the tree the pages below a home stand."""


@dataclass(frozen=True)
class Guide:
    """A page that the home leads to."""

    title: str
    lead: str
    url: str


def site_links(*, language: str) -> tuple[SiteLink, ...]:
    """List the links that every resident's page carries, in one query."""
    found = (
        Page.objects.live()
        .filter(depth=PAGES_DEPTH, locale__language_code=language, view_restrictions=None)
        .order_by("path")
        .values_list("title", "slug", "show_in_menus")
    )
    prefix = PREFIXES[language]
    rows = [(title, slug, f"{prefix}/{slug}/", in_menu) for title, slug, in_menu in found]
    header = [(title, url) for title, slug, url, in_menu in rows if in_menu and slug not in FOOTER_SLUGS]
    footer = [(title, url) for title, slug, url, _in_menu in rows if slug in FOOTER_SLUGS]
    return (
        *(
            SiteLink(label=title, url=url, part="header", order=order)
            for order, (title, url) in enumerate(header[:IN_THE_HEADER])
        ),
        *(
            SiteLink(label=title, url=url, part="footer", order=order)
            for order, (title, url) in enumerate(footer)
        ),
    )


def guides(home: Page, *, kinds: tuple[type[Page], ...]) -> list[Guide]:
    """List the services and the guidance that the home leads to, in the order of the site."""
    pages = home.get_children().live().public().exclude(slug__in=FOOTER_SLUGS)
    return [
        Guide(title=page.title, lead=page.lead, url=page.url)
        for page in pages.type(*kinds).order_by("path").specific()
    ]
