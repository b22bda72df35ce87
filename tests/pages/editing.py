"""Wagtail's editor: the pages our editors reach, and what is known to be wrong with them.

Everything listed here is Wagtail's own markup, which we neither copy nor patch; anything else fails.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from playwright.sync_api import Page

from tests.isolation.doors import doors
from tests.journeys.site import Site
from tests.pages.looking import Broken, Look
from tests.pages.visits import Visit

EDITOR = "city_admin"
# What an editor uses every day; the suite looks at these, bin/nightly at all.
EVERY_DAY = (
    *("/cms/", "/cms/pages/%(parent_page_id)s/", "/cms/pages/%(page_id)s/edit/"),
    *("/cms/pages/create/%(app_label)s/%(model_name)s", "/cms/pages/%(page_id)s/history/"),
    *("/cms/pages/search/", "/cms/images/", "/cms/images/%(image_id)s/", "/cms/documents/"),
)
# Wagtail's own faults: rule, a part of where it is, and why it stands.
KNOWN: Mapping[tuple[str, str], str] = {
    ("aria-allowed-role", 'h2[role="alert"]'): "the count of results speaks up by role=alert on a heading",
    (
        "empty-heading",
        "td:nth-child(4)",
    ): "a page without tasks has an empty heading in a report",
    ("empty-table-header", "workflow-progress-table"): "the corner of the table of an approval has no words",
    ("heading-order", "#other-searches-title"): "the other searches stand under an h3 without an h2",
    ("label", "#fileupload"): "the field behind the drop zone; a labelled button opens it",
    ("label", ".ui-autocomplete-input"): "the field of tags is made by jQuery UI without its label",
    ("region", "skiplink"): "a page of Wagtail's own to try its error page, and the preview's frame",
    ("skip-link", "skiplink"): "the same page, and the frame of the preview, have no main part",
    ("region", "preview-error"): "the frame of the preview is a page in a page",
}
# The words of the editor have a test of their own beside its catalogue; titles are what editors wrote.
NOT_HERE = frozenset({"english"})


def editor_visits(site: Site, found: Mapping[str, Any]) -> Iterator[Visit]:
    """List every whole page of the editor that answers to somebody who may edit."""
    for door in doors("staff"):
        visit = Visit(door, EDITOR)
        if door.is_cms and not visit.unknown(found):
            answer = visit.ask(site, found)
            if answer.is_page and "</html>" in answer.body:
                yield visit


def editor_faults(page: Page) -> list[str]:
    """List what is wrong with the open page of the editor and not known as Wagtail's own."""
    broken = [one for one in Look(page).broken() if one.rule not in NOT_HERE]
    return [str(one) for one in broken if not is_known(one)]


def is_known(broken: Broken) -> bool:
    """Tell whether this is one of Wagtail's own faults."""
    return any(broken.rule == rule and part in str(broken) for rule, part in KNOWN)
