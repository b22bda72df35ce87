"""The pages of Wagtail's editor that an editor uses every day; bin/nightly looks at all of them."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.isolation.doors import doors
from tests.journeys.site import Site
from tests.pages.editing import EDITOR, EVERY_DAY, editor_faults
from tests.pages.visits import Visit


@pytest.mark.parametrize("template", EVERY_DAY)
def test_the_editor_has_no_fault_that_is_not_known(
    template: str, site: Site, found: dict[str, Any], window: BrowserContext, looked_at: Page
) -> None:
    (door,) = [door for door in doors("staff") if door.template == template]
    visit = Visit(door, EDITOR)
    assert visit.ask(site, found).is_page
    visit.introduce(window, site, found)
    looked_at.goto(visit.host(site) + visit.address(found))
    assert not (faults := editor_faults(looked_at)), "\n".join(faults)
