"""The folder into which a scanner lays its files: one per city, below a folder of the installation.

A file directly in it is of an unknown kind, one in a folder named like a kind is of that kind. What was
taken in is removed; what is refused lies in ``refused`` beside the reason, until somebody looks.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from madoguchi import clock
from madoguchi.ledger.audit.actors import Actor
from madoguchi.preferences import queries as preferences
from madoguchi.tenancy import current_city
from madoguchi.web.intake.errors import UploadRefused
from madoguchi.web.intake.uploads import judge
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.models.scans import ScanBatch
from plugins.card_management.rules.scans_kinds import CODES, OTHER
from plugins.card_management.services import scans_receiving as receiving

REFUSED: Final = "refused"
# A scanner still writes for a while after the file appeared.
REST_SECONDS: Final = 60
MOST_FILES: Final = 5
LARGEST_BYTES: Final = 100 * 1024 * 1024


def folder() -> Path:
    """Name the folder of the current city."""
    return Path(settings.MADOGUCHI["SCAN_INBOX"]) / str(current_city().uuid)


def take_in(*, actor: Actor, now: datetime) -> list[ScanBatch]:
    """Take in the files that lie still, the oldest first."""
    if not preferences.current(CardSettings).scans_watch_folder:
        return []
    found = []
    for file, kind in list(_resting(now))[:MOST_FILES]:
        batch = _taken(file, kind, actor, now)
        if batch is not None:
            found.append(batch)
    return found


def _resting(now: datetime) -> Iterator[tuple[Path, str]]:
    place = folder()
    if not place.is_dir():
        return
    kinds = [(place, OTHER), *((place / kind, kind) for kind in sorted(CODES))]
    files = [
        (file, kind)
        for inside, kind in kinds
        # A link could lead anywhere.
        if inside.is_dir() and not inside.is_symlink()
        for file in inside.iterdir()
        if file.is_file() and not file.is_symlink() and not file.name.startswith(".")
    ]
    for file, kind in sorted(files, key=lambda each: each[0].stat().st_mtime):
        if now.timestamp() - file.stat().st_mtime >= REST_SECONDS:
            yield file, kind


def _taken(file: Path, kind: str, actor: Actor, now: datetime) -> ScanBatch | None:
    title = f"{file.stem[:60]} {clock.local(now):%m-%d}"
    stack = receiving.Stack(title=title, kind=kind, file_name=file.name, source=receiving.FOLDER)
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise receiving.ScanRefused(reason="large")
        content = _content(file)
        judge(content=content, name=file.name)
        batch = receiving.receive(stack=stack, content=content, actor=actor, now=now, largest=LARGEST_BYTES)
    except receiving.ScanRefused as refusal:
        receiving.record_refusal(refusal=refusal, source=receiving.FOLDER, actor=actor, now=now)
        _set_aside(file, refusal.reason)
        return None
    except UploadRefused as refusal:
        harmful = receiving.ScanRefused(reason="harmful")
        receiving.record_refusal(refusal=harmful, source=receiving.FOLDER, actor=actor, now=now)
        _set_aside(file, refusal.reason)
        return None
    # The file goes once its sealed copy is certain.
    transaction.on_commit(lambda: file.unlink(missing_ok=True))
    return batch


def _content(file: Path) -> bytes:
    # Whoever writes into the folder may put a link in its place after it was listed.
    opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(opened, "rb") as stream:
        return stream.read(LARGEST_BYTES + 1)


def _set_aside(file: Path, reason: str) -> None:
    place = folder() / REFUSED
    if place.is_symlink():
        place.unlink()
    place.mkdir(exist_ok=True)
    file.rename(place / f"{reason}-{file.name}")
