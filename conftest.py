"""The order of the suite: what takes longest begins first, what leaves a browser behind comes last."""

import pytest
from hypothesis import HealthCheck, settings

# On a busy machine a slow draw says nothing about the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with tests that start servers of their own; end with those in a browser.

    A browser leaves an event loop running in its worker, and Django answers no query beside one.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 2
    return 0 if item.get_closest_marker("servers") else 1
