"""Under which names a city's residents and staff arrive."""

import pytest
from pytest_django import Settings

from tenants.directory import PublicDirectory
from tenants.rules.hosts import operators_host, resident_host, staff_host

ONE, OTHER = "madoguchi.example.jp", "madoguchi.asp.lgwan.jp"


def test_each_zone_has_a_name_of_its_own_below_one_domain_and_below_two() -> None:
    assert resident_host("kurume", base=ONE) == "kurume.madoguchi.example.jp"
    assert staff_host("kurume", base=ONE, staff_base=ONE) == "staff.kurume.madoguchi.example.jp"
    assert staff_host("kurume", base=ONE, staff_base=OTHER) == "kurume.madoguchi.asp.lgwan.jp"
    assert operators_host(staff_base=OTHER) == "operators.madoguchi.asp.lgwan.jp"


@pytest.mark.django_db(transaction=True)
def test_operators_arrive_over_the_staffs_network(settings: Settings) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "STAFF_BASE_HOST": OTHER}
    directory = PublicDirectory()
    assert directory.operators().staff_url.startswith(f"http://operators.{OTHER}")
    found = directory.host(f"operators.{OTHER}")
    assert found is not None
    assert found.zone == "operators"
    assert directory.host("operators.localhost") is None


@pytest.mark.django_db(transaction=True)
def test_a_plugin_left_out_is_off_in_every_city(settings: Settings) -> None:
    everywhere = [city.active_plugins for city in PublicDirectory().all()]
    assert any("card_management" in plugins for plugins in everywhere)
    settings.MADOGUCHI = {**settings.MADOGUCHI, "LEFT_OUT_PLUGINS": ("card_management",)}
    left = [city.active_plugins for city in PublicDirectory().all()]
    assert not any("card_management" in plugins for plugins in left)
    assert any("card_reservation" in plugins for plugins in left)
