"""The unprivileged user under which PostgreSQL runs when root starts it."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.trouble import Trouble

CANDIDATES = ("postgres", "nobody")
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Identity:
    """A user of this machine; None as ids means: whoever runs this program."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def owns(self, path: Path) -> bool:
        """tell whether the folder belongs to this user."""
        return path.lstat().st_uid == (os.getuid() if self.uid is None else self.uid)

    def take_over(self, path: Path) -> None:
        """make this user the owner of one file or folder."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_run(self, program: Path) -> bool:
        """tell whether this user can start the program."""
        try:
            return self.run([str(program), "--version"]).returncode == 0
        except OSError:
            return False

    def can_enter(self, folder: Path) -> bool:
        """tell whether this user can get through to what is in the folder."""
        test = shutil.which("test") or "/usr/bin/test"
        return self.run([test, "-x", str(folder)]).returncode == 0

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """run a program as this user and return what it said."""
        return subprocess.run(
            command, cwd="/", capture_output=True, text=True, check=False,
            user=self.uid, group=self.gid, extra_groups=None if self.uid is None else [],
        )  # fmt: skip


def choose_identity(*, before: Path) -> Identity:
    """return the current user, or an existing unprivileged one when that is root.

    Root keeps to the user who already owns the folder.
    """
    if os.getuid() != 0:
        return Identity(name=pwd.getpwuid(os.getuid()).pw_name if _has_entry() else str(os.getuid()))
    found = [*_unprivileged()]
    owner = before.lstat().st_uid if os.path.lexists(before) else None
    for identity in sorted(found, key=lambda one: one.uid != owner):
        return identity
    raise Trouble(
        "PostgreSQL does not run as root, and this machine has neither a user `postgres` nor"
        " `nobody` to run it.\nStart this as an ordinary user."
    )


def _unprivileged() -> Iterator[Identity]:
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            yield Identity(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def die_with_parent(signal_number: signal.Signals) -> Callable[[], None]:
    """return a function for a fresh child that ties its life to its parent's, where Linux can."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def _has_entry() -> bool:
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        return False
    return True
