from pathlib import Path
from typing import Any

import pytest

from madoguchi.testing.keys import copy_of_the_keys


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """A key store of each test's own, in which every city has its first key alone."""
    own = copy_of_the_keys(store=Path(settings.MADOGUCHI["KEY_STORE"]), to=tmp_path / "keys")
    for file in own.rglob("*.key"):
        if file.parent != own and file.name != "00001.key":
            file.unlink()
    settings.MADOGUCHI = {**settings.MADOGUCHI, "KEY_STORE": own}
    return own
