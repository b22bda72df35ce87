"""PLUGIN_LABEL: a resident writes, staff read, and off means off."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.testing.plugin_contract import PluginContract
from madoguchi.testing.switched import switched_on
from plugins.plugin_name.declarations import CLOSED, WRITTEN
from plugins.plugin_name.models import Note

pytestmark = pytest.mark.django_db


class TestContract(PluginContract):
    """The seven gates."""

    plugin = "plugin_name"
    brings = frozenset({"pages", "menus"})


def test_a_resident_writes_and_staff_put_it_aside(
    resident_client: Client, counter_clerk: Any, signed_in: Callable[[Any], Client]
) -> None:
    with switched_on("plugin_name"):
        sent = resident_client.post("/plugin-name/", {"text": "もっと早く開けてください"})
        assert (sent.status_code, sent["location"]) == (302, "/plugin-name/thanks/")
        staff = signed_in(counter_clerk)
        assert "もっと早く開けてください" in staff.get("/plugin-name/").content.decode()
        staff.post(f"/plugin-name/{Note.objects.get().id}/close/")
        assert "もっと早く開けてください" not in staff.get("/plugin-name/").content.decode()
    actions = AuditEntry.objects.filter(action__startswith="plugin_name.").order_by("id")
    assert [entry.action for entry in actions] == [WRITTEN, CLOSED]


def test_an_empty_note_is_refused_and_nothing_is_kept(resident_client: Client) -> None:
    with switched_on("plugin_name"):
        assert resident_client.post("/plugin-name/", {"text": " "}).status_code == 422
    assert not Note.objects.exists()
