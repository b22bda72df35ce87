"""Off means off: what a plugin brings is out of reach in a city that has not switched it on.

The contract that every plugin keeps, tried for each one that this installation carries.
"""

import pytest

from madoguchi.hooks.registry import plugins
from madoguchi.testing.plugin_contract import PluginContract

BRINGS = {
    "card_management": frozenset({"pages", "menus", "questions", "events", "tasks"}),
    "card_reservation": frozenset({"api", "pages", "menus", "questions", "events", "tasks", "widgets"}),
}


class TestGates(PluginContract):
    """The seven gates of each plugin."""

    @pytest.fixture(params=plugins.names)
    def name(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def expected(self, name: str) -> frozenset[str]:
        return BRINGS[name]
