"""Files that are either wholly there or not at all."""

import json
import os
import tempfile
from pathlib import Path


def write_whole(*, path: Path, content: bytes, mode: int = 0o644) -> None:
    """replace the file in one step, so that no reader sees half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(*, path: Path, content: object, mode: int = 0o600) -> None:
    """replace the file by the content as JSON."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    write_whole(path=path, content=text.encode(), mode=mode)


def read_json(path: Path) -> dict[str, object] | None:
    """return the object in the file, or None when there is no such file or no object in it."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
