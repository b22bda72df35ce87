"""On which disks this installation keeps its data, and whether they are seen to be encrypted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from madoguchi.ledger.vault import disks
from madoguchi.web.object_store import city_stores

ELSEWHERE = "on another machine"
UNSEEN = "cannot be looked at from here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something of cities is kept, and what this machine sees below it."""

    name: str
    where: str
    is_encrypted: bool
    seen: str


def places() -> Sequence[Place]:
    """Look below everything that holds data of cities."""
    database = settings.MADOGUCHI["DATABASE_FOLDER"]
    folders = {
        "files": str(settings.MEDIA_ROOT),
        "journal": settings.MADOGUCHI["JOURNAL"],
        "keys": settings.MADOGUCHI["KEY_STORE"],
        "files of the register": settings.MADOGUCHI["FILE_INBOX"],
        "files of scanners": settings.MADOGUCHI["SCAN_INBOX"],
    }
    found = [_looked_at("database", database) if database else _away("database", "MADOGUCHI_DATABASE_URL")]
    found += [_looked_at(name, str(folder)) for name, folder in folders.items()]
    # What lies there is encrypted before it leaves this machine.
    found += [
        Place(name=alias, where=f"bucket {store.bucket_name}", is_encrypted=True, seen="a key for each file")
        for alias, store in city_stores().items()
    ]
    return found


def _looked_at(name: str, folder: str) -> Place:
    try:
        standing = disks.standing(_nearest(Path(folder)))
    except OSError:
        return Place(name=name, where=folder, is_encrypted=False, seen=UNSEEN)
    return Place(name=name, where=folder, is_encrypted=standing.is_encrypted, seen=standing.seen)


def _away(name: str, where: str) -> Place:
    return Place(name=name, where=where, is_encrypted=False, seen=ELSEWHERE)


def _nearest(folder: Path) -> Path:
    """Take the folder in which one will be made that is not there yet."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())


@register(Tags.security, deploy=True)
def encrypted_disks(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of disks that are not seen to be encrypted, unless somebody vouches for them."""
    if settings.MADOGUCHI["DISK_EVIDENCE"]:
        return []
    return [
        checks.Warning(
            f"{place.name} ({place.where}): the disk is not seen to be encrypted ({place.seen})",
            hint="Encrypt it, or say in MADOGUCHI_DISK_EVIDENCE what encrypts it, and who looked when.",
            id="madoguchi.W020",
        )
        for place in places()
        if not place.is_encrypted
    ]
