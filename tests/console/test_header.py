"""Every page of staff names city and service, offers what a role may do, and shows a trial from afar."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.accounts.roles import BUILT_IN
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.tenancy import City, directory, in_city
from tenants.models import City as CityRow
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
STYLES = ROOT / "platform" / "madoguchi" / "web" / "static" / "web" / "staff-lists.css"
LINK = re.compile(r'<nav class="s-nav".*?</nav>', re.DOTALL)


def signed_in(city: City, role: str) -> Client:
    with in_city(city):
        person = StaffFactory.create(roles=[role])
        return sign_in(Client(headers={"host": urlsplit(city.staff_url).netloc}), person)


def menu(page: str) -> set[str]:
    found = LINK.search(page)
    assert found is not None, "no menu on this page"
    return set(re.findall(r'href="([^"]+)"', found[0]))


@pytest.mark.req("NAN-17")
def test_every_page_shows_city_service_and_the_menu_of_the_role_and_a_trial_is_coloured(
    home: City, settings: Any
) -> None:
    _every_page_of_every_role(home)
    _a_trial_and_a_demonstration_colour_the_whole_header(home, settings)


def _every_page_of_every_role(home: City) -> None:
    menus = {}
    for role in (each.key for each in BUILT_IN):
        browser = signed_in(home, role)
        menus[role] = menu(browser.get("/").content.decode())
        for address in sorted(menus[role] - {"/"}):
            answer = browser.get(address)
            if answer.status_code == 302:  # the site's editor is another application's page
                continue
            page = answer.content.decode()
            assert answer.status_code == 200, (role, address)
            header = page[: page.index("</header>")]
            assert home.name in header, (role, address)
            if address.startswith("/cms/"):
                continue
            assert "オンライン窓口（職員用）" in header, (role, address)
            assert menu(page) == menus[role], (role, address)
            assert "s-top--" not in header, (role, address)
    assert reverse("staff_list", urlconf="deploy.urls.staff") in menus["city_admin"]
    assert reverse("staff_list", urlconf="deploy.urls.staff") not in menus["counter_clerk"]
    refused = signed_in(home, "counter_clerk").get("/staff/")
    assert refused.status_code == 403, "what the menu hides is refused, too"


def _a_trial_and_a_demonstration_colour_the_whole_header(home: City, settings: Any) -> None:
    browser = signed_in(home, "city_admin")
    settings.MADOGUCHI = {**settings.MADOGUCHI, "IS_DEMO": True}
    assert '<header class="s-top s-top--demo">' in browser.get("/").content.decode()
    settings.MADOGUCHI = {**settings.MADOGUCHI, "IS_DEMO": False}
    with in_city(directory().operators()):
        CityRow.objects.filter(uuid=home.uuid).update(state="test")
    directory().forget()  # type: ignore[attr-defined]
    assert '<header class="s-top s-top--trial">' in browser.get("/").content.decode()
    styles = STYLES.read_text(encoding="utf-8")
    coloured = dict(re.findall(r"\.s-top--(trial|demo) \{ background: ([^;]+);", styles))
    assert set(coloured) == {"trial", "demo"}
