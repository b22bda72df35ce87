"""Every page of ours, for residents, staff and operators, is accessible, narrow enough, in its language."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.journeys.site import Site
from tests.pages.looking import Look
from tests.pages.visits import ELSEWHERE, Visit, visits

# The view takes a form and shows nothing of its own.
ONLY_ACTS = 405
VISITS = list(visits())


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.name)
def test_every_page_is_as_it_should_be(
    visit: Visit, site: Site, found: dict[str, Any], window: BrowserContext, looked_at: Page
) -> None:
    status, _reason = ELSEWHERE.get(visit.door.template, (200, ""))
    unknown = visit.unknown(found)
    assert status != 200 or not unknown, f"tests/isolation/worlds.py has no sample of {unknown}"
    answer = visit.ask(site, found)
    if answer.status == ONLY_ACTS:
        return
    assert answer.status == status
    if answer.is_page:
        visit.introduce(window, site, found)
        looked_at.goto(visit.host(site) + visit.address(found))
        broken = Look(looked_at).broken()
        assert not broken, "\n".join(str(one) for one in broken[:12])
