"""Copies of the key store, apart from the copies of the database and gone sooner than those.

A database restored from an old backup opens only with keys that are still there: so copies of keys live for a
week, and what was destroyed is in none of them after that.
"""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from madoguchi.ledger.vault.keyring import key_store

KEPT: Final = timedelta(days=7)
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_PREFIX: Final = "keys-"


class UnsafePlace(RuntimeError):
    """The copies would lie in the key store, or beside the data they open."""


def copy_store(*, to: Path, now: datetime, kept: timedelta = KEPT) -> Path:
    """Copy the wrapped keys into a folder of their own and forget copies that are too old.

    Raises UnsafePlace for a folder inside the key store or beside uploads and journal.
    """
    _refuse_unsafe(to)
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = to / f"{_PREFIX}{now:{_STAMP}}"
    draft = to / f".draft.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(key_store(), draft, ignore=shutil.ignore_patterns(".draft.*"))
    draft.chmod(0o700)
    draft.rename(made)
    forget_old(folder=to, now=now, kept=kept)
    return made


def forget_old(*, folder: Path, now: datetime, kept: timedelta = KEPT) -> list[str]:
    """Remove copies that are older than they may be; tell which."""
    gone = []
    for copy in sorted(folder.glob(f"{_PREFIX}*")):
        if now - _made_at(copy, now) > kept:
            shutil.rmtree(copy)
            gone.append(copy.name)
    return gone


def last_copy_ends(*, destroyed_at: datetime, kept: timedelta = KEPT) -> datetime:
    """Tell when no copy of a key that is destroyed now can be left."""
    return destroyed_at + kept


def _made_at(copy: Path, now: datetime) -> datetime:
    stamp = copy.name.removeprefix(_PREFIX)
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=now.tzinfo)


def _refuse_unsafe(to: Path) -> None:
    others = (key_store(), Path(settings.MEDIA_ROOT), Path(settings.MADOGUCHI["JOURNAL"]))
    for other in others:
        if to.resolve().is_relative_to(other.resolve()):
            raise UnsafePlace(f"{to} lies in {other}")
