"""Whether the demo in the database was made by today's code."""

import hashlib
import os
from pathlib import Path

from deploy.local.layout import ROOT, Layout

FOLDERS = ("platform", "tenants", "plugins", "cms", "deploy")
SKIPPED = ("__pycache__", "tests")


def is_prepared(*, layout: Layout, server: str) -> bool:
    """tell whether this code has prepared this very server before."""
    stamp = _stamp(layout)
    return stamp.exists() and stamp.read_text() == _fingerprint(server)


def note_prepared(*, layout: Layout, server: str) -> None:
    """remember that this code has prepared this server."""
    _stamp(layout).write_text(_fingerprint(server))


def forget_prepared(layout: Layout) -> None:
    """forget it, so that the next start prepares again."""
    _stamp(layout).unlink(missing_ok=True)


def _fingerprint(server: str) -> str:
    digest = hashlib.sha256(f"{server}\n".encode())
    digest.update((ROOT / "uv.lock").read_bytes())
    for folder in FOLDERS:
        for place, names, files in os.walk(ROOT / folder):
            names[:] = sorted(name for name in names if name not in SKIPPED)
            for name in sorted(files):
                path = Path(place) / name
                found = path.stat()
                digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _stamp(layout: Layout) -> Path:
    return layout.var / "prepared"
