"""Every page of ours, for residents, staff and operators, is accessible, narrow enough, in its language."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.journeys.site import Site
from tests.pages.acts import Act, acts
from tests.pages.looking import Look
from tests.pages.visits import ELSEWHERE, LANGUAGES, WITHOUT, Visit, pages_of_the_site, visits

MOST_TOLD = 12
# The view takes a form and shows nothing of its own.
ONLY_ACTS = 405
VISITS = list(visits())


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.name)
def test_every_page_is_as_it_should_be(
    visit: Visit, site: Site, found: dict[str, Any], window: BrowserContext, looked_at: Page
) -> None:
    status, _reason = ELSEWHERE.get(str(visit.door)) or ELSEWHERE.get(visit.door.template, (200, ""))
    unknown = visit.unknown(found)
    assert status != 200 or not unknown, f"tests/isolation/worlds.py has no sample of {unknown}"
    answer = visit.ask(site, found)
    if answer.status == ONLY_ACTS:
        return
    assert answer.status == status
    if answer.is_page:
        assert not (broken := _broken(visit, site, found, window, looked_at)), "\n".join(broken)


@pytest.mark.parametrize("act", acts(), ids=lambda act: act.name)
def test_every_page_that_answers_a_form_is_as_it_should_be(
    act: Act, site: Site, found: dict[str, Any], window: BrowserContext, looked_at: Page
) -> None:
    act.play(looked_at, window, site, found)
    assert not (broken := Look(looked_at).broken()[:MOST_TOLD]), "\n".join(map(str, broken))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_that_editors_published_is_as_it_should_be(
    language: str, site: Site, found: dict[str, Any], window: BrowserContext, looked_at: Page
) -> None:
    of_language = [visit for visit in pages_of_the_site(found) if visit.site_language == language]
    assert len(of_language) > 1
    wrong = []
    for visit in of_language:
        assert visit.ask(site, found).status == 200, visit.name
        wrong += [f"{visit.name}: {one}" for one in _broken(visit, site, found, window, looked_at)]
    assert not wrong, "\n".join(wrong)


def _broken(
    visit: Visit, site: Site, found: dict[str, Any], window: BrowserContext, looked_at: Page
) -> list[str]:
    visit.introduce(window, site, found)
    looked_at.goto(visit.host(site) + visit.address(found))
    look = Look(looked_at, without=WITHOUT.get(visit.door.template, frozenset()))
    return [str(one) for one in look.broken()[:MOST_TOLD]]
