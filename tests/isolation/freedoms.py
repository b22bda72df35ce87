"""Fixtures for whoever walks the matrix, in the suite and at night; a conftest names those it uses."""

from pathlib import Path

import pytest
from pytest_django import Settings

from madoguchi.web.api import limits


@pytest.fixture(autouse=True)
def files_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Keep the files that furnish two cities away from other tests."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(autouse=True)
def programs_never_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the programs of a test ask as often as the test needs."""
    monkeypatch.setattr(limits, "PER_MINUTE", 1_000_000)
    monkeypatch.setattr(limits, "STRANGERS_PER_MINUTE", 1_000_000)
