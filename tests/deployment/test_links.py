"""A link leads to the zone of its reader, whichever release wrote it and whatever host asked for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from deploy.settings.releases import ZONES
from madoguchi.notifications.models import Delivery
from madoguchi.tenancy import City
from plugins.card_reservation.tests.stand_ins import people_who_are_known
from plugins.card_reservation.tests.way import link_in, open_link

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("release", ["all", "internet"])
def test_a_mail_leads_residents_to_the_residents_host(
    release: str, settings: Settings, home: City, resident_client: Client
) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "RELEASE": release, "ZONES": ZONES[release]}
    with people_who_are_known() as people:
        open_link(resident_client, people)
    links = [link_in(delivery) for delivery in Delivery.objects.all()]
    assert links
    assert all(link.startswith(f"{home.resident_url}/booking/start/") for link in links)


@pytest.mark.parametrize("release", ["all", "lgwan"])
def test_a_reset_code_leads_staff_to_the_staffs_host(
    release: str, settings: Settings, home: City, hire: Callable[..., Any], signed_in: Callable[[Any], Client]
) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "RELEASE": release, "ZONES": ZONES[release]}
    clerk = hire()
    page = signed_in(hire(roles=["city_admin"])).post(f"/staff/{clerk.id}/reset-code/").content.decode()
    assert f"{home.staff_url}/sign-in/reset/" in page
    assert home.resident_url not in page
