"""What the databases of the suite are made from, so that they are made again only when it changes."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Like --reuse-db: keep one database over changes of the code that do not matter to it.
REUSE_VARIABLE = "MADOGUCHI_TEST_REUSE"
PACKAGES = ("platform", "tenants", "plugins", "cms", "deploy")
SEEDING = {".py", ".toml", ".sql", ".json"}


def migrations_key() -> str:
    """Name the state of all migrations and of the packages they come from."""
    files = (path for path in _files({".py"}) if path.parent.name == "migrations")
    return reused() or _key([*files, ROOT / "uv.lock", ROOT / "deploy" / "settings" / "base.py"])


def code_key() -> str:
    """Name the state of all code that makes cities."""
    files = (path for path in _files(SEEDING) if "tests" not in path.parts)
    return reused() or _key([*files, ROOT / "uv.lock"])


def _files(suffixes: set[str]) -> Iterable[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in suffixes and "__pycache__" not in path.parts:
                yield path


def reused() -> str:
    """Name the databases that the developer asked to keep, if any."""
    return os.environ.get(REUSE_VARIABLE, "")


def _key(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:10]
