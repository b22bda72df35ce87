"""A site and a browser for the journeys; without Chromium they are skipped by name."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.local.browsers import find_chromium
from tests.journeys.site import Site, visited_site

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every journey as a test in a browser, and keep all on one worker: they share a site."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> str:
    """The system's Chromium, or the browser on its engine that --browser-channel names."""
    channel = str(request.config.getoption("--browser-channel", default=None) or "")
    if channel:
        found = find_chromium(channel=channel)
        # Whoever asks for a browser by name wants to see it tried.
        assert found, f"{channel} is not installed on this machine"
        return found
    found = os.environ.get("MADOGUCHI_CHROMIUM") or find_chromium()
    if not found:
        pytest.skip("no Chromium on this machine")
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """Start the system's browser instead of a downloaded one."""
    return {"executable_path": chromium, "args": list(QUIET)}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """Look at pages as on a phone in Japan."""
    return {
        "locale": "ja-JP",
        "timezone_id": "Asia/Tokyo",
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2 if os.environ.get("MADOGUCHI_SHOTS") else 1,
    }


@pytest.fixture(scope="session")
def site(chromium: str) -> Iterator[Site]:
    """One running city for all journeys of a session; MADOGUCHI_SITE=port:folder names a running one."""
    with visited_site() as visited:
        yield visited
