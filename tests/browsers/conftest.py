"""A running site, and the browsers that this machine has; what is missing is skipped by name."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from tests.browsers.drivers import Engine, firefox, webkit
from tests.browsers.tools import Missing
from tests.journeys.conftest import browser_context_args, browser_type_launch_args, chromium
from tests.journeys.site import Site, visited_site

__all__ = ["browser_context_args", "browser_type_launch_args", "chromium"]
# Where every browser is expected, a missing one is a failure and no reason to skip.
REQUIRED = "MADOGUCHI_BROWSERS"


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """One running city for all browsers."""
    with visited_site() as visited:
        yield visited


@pytest.fixture(params=["firefox", "webkit"])
def engine(request: pytest.FixtureRequest, site: Site) -> Iterator[Engine]:
    """Each of the engines beside Chromium's."""
    started = _started(request.param, site)
    with started as opened:
        yield opened


def _started(name: str, site: Site) -> AbstractContextManager[Engine]:
    try:
        return _Ready(firefox() if name == "firefox" else webkit(site.port))
    except Missing as missing:
        if os.environ.get(REQUIRED) == "all":
            raise
        pytest.skip(str(missing))


class _Ready(AbstractContextManager[Engine]):
    """An engine that has started already, so that a missing one is known before the test."""

    def __init__(self, opening: AbstractContextManager[Engine]) -> None:
        self.opening = opening
        self.engine = opening.__enter__()

    def __enter__(self) -> Engine:
        return self.engine

    def __exit__(self, *details: object) -> None:
        self.opening.__exit__(None, None, None)
