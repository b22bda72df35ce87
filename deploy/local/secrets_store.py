"""Secrets of one machine's demo: made once, readable by their owner alone."""

import secrets
from pathlib import Path

from deploy.local.files import read_json, write_json

NAMES = ("secret_key", "owner_password", "app_password")


def load_secrets(path: Path) -> dict[str, str]:
    """return the secrets in the file, making those that are missing."""
    known = read_json(path) or {}
    complete = {name: str(known.get(name) or secrets.token_urlsafe(32)) for name in NAMES}
    if complete != known:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path=path, content=complete, mode=0o600)
    path.chmod(0o600)
    return complete
