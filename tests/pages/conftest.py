"""A running site that has something on every page, and a browser for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.conftest import browser_context_args, browser_type_launch_args, chromium
from tests.journeys.site import Site, visited_site

__all__ = ["browser_context_args", "browser_type_launch_args", "chromium"]
GROUPS = 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every look as a test in a browser, and share them out over workers with a site each."""
    ours = [
        item for item in items if "pages" in item.path.parts and "site" in getattr(item, "fixturenames", ())
    ]
    for number, item in enumerate(ours):
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group(f"pages-{number % GROUPS}"))


@pytest.fixture(scope="session")
def site(chromium: str) -> Iterator[Site]:
    """One running city; MADOGUCHI_SITE=port:folder names one that runs already."""
    with visited_site() as visited:
        yield visited


@pytest.fixture(scope="session")
def found(site: Site) -> dict[str, Any]:
    """The keys, sessions and cookies of a site with something on every page."""
    return site.furnished()


@pytest.fixture(scope="session")
def window(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """One window for all visits: what it has once fetched it keeps."""
    context = browser.new_context(**browser_context_args)
    yield context
    context.close()


@pytest.fixture(scope="session")
def looked_at(window: BrowserContext) -> Page:
    """The page of that window."""
    return window.new_page()
