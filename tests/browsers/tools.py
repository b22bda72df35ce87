"""What the nightly looks at pages with: fetched once, pinned by package-lock.json and its checksums."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from deploy.local.layout import ROOT

PINNED = Path(__file__).parent / "npm"
FILES = ("package.json", "package-lock.json")
INSTALL_SECONDS = 600
# What a program answers that cannot run here; bin/nightly says so by name.
SKIPPED = 77


class Missing(RuntimeError):
    """A program that the check needs is not on this machine."""


def npm_tools() -> Path:
    """Return the folder of the pinned packages, fetching them when they are not there yet.

    Raises Missing without npm, or where the registry does not answer.
    """
    npm = program("npm")
    key = hashlib.sha256((PINNED / FILES[1]).read_bytes()).hexdigest()[:12]
    folder = Path(os.environ.get("MADOGUCHI_TOOLS") or ROOT / "var" / "tools") / f"browsers-{key}"
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(PINNED / name, folder / name)
        command = [
            npm,
            "ci",
            "--legacy-peer-deps",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel",
            "error",
        ]
        done = subprocess.run(command, cwd=folder, timeout=INSTALL_SECONDS, check=False)
        if done.returncode:
            raise Missing(f"npm could not fetch the packages of {PINNED.relative_to(ROOT)}")
        (folder / "complete").touch()
    return folder / "node_modules"


def program(*names: str) -> str:
    """Find the first of these programs.

    Raises Missing when there is none.
    """
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    raise Missing(f"no {names[0]} on this machine")
