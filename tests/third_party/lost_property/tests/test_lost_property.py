"""Lost and found: the package's own tests hold it to the platform's contract."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from lost_property import services
from lost_property.models import Report

from madoguchi import clock
from madoguchi.testing.plugin_contract import PluginContract
from madoguchi.testing.switched import switched_off, switched_on

pytestmark = pytest.mark.django_db


class TestContract(PluginContract):
    """The seven gates."""

    plugin = "lost_property"
    brings = frozenset({"pages", "api", "menus", "events", "tasks", "widgets"})


def test_a_report_is_kept_shown_and_forgotten(
    resident_client: Client, counter_clerk: Any, signed_in: Callable[[Any], Client]
) -> None:
    with switched_on("lost_property"):
        assert resident_client.post("/lost-property/", {"thing": "青い帽子"}).status_code == 302
        staff = signed_in(counter_clerk)
        assert "青い帽子" in staff.get("/lost-property/").content.decode()
        assert "青い帽子" in staff.get("/api/v1/lost-property/reports/").json()["things"]
        assert "lost-property" in staff.get("/api/v1/schema/").content.decode()
        with switched_off("lost_property"):
            assert "lost-property" not in staff.get("/api/v1/schema/").content.decode()
        assert services.forget_old(now=clock.now() + timedelta(days=89)) == 0
        assert services.forget_old(now=clock.now() + timedelta(days=91)) > 0
    assert not Report.objects.exists()
