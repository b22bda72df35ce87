"""What the tests of isolation share: files of their own."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Keep the files that furnish two cities away from other tests."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
