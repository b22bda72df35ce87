import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """A key store of each test's own, in which every city has its first key alone."""
    own = tmp_path / "keys"
    shutil.copytree(settings.MADOGUCHI["KEY_STORE"], own)
    for file in own.rglob("*.key"):
        if file.parent != own and file.name != "00001.key":
            file.unlink()
    settings.MADOGUCHI = {**settings.MADOGUCHI, "KEY_STORE": own}
    return own
