"""Whether a folder lies on an encrypted disk, as far as this machine can see."""

import errno
import fcntl
import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# _IOWR('f', 22, __u8[9]): FS_IOC_GET_ENCRYPTION_POLICY_EX, the same number on x86 and Arm.
GET_POLICY: Final = 0xC0096616
ROOM_FOR_A_POLICY: Final = 24
LUKS: Final = "CRYPT-"
DEPTH: Final = 8
OCTAL: Final = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Standing:
    """What was seen below a folder."""

    is_encrypted: bool
    seen: str
    """fscrypt, dm-crypt, ecryptfs: what encrypts it; otherwise the kind of its file system."""


@dataclass(frozen=True, slots=True)
class _Mount:
    device: str
    point: str
    kind: str
    source: str


def standing(folder: Path, /, *, machine: Path = Path("/")) -> Standing:
    """Look what a folder rests on: an encrypted folder, an encrypted device, or neither that could be seen.

    What encrypts below this machine (a storage system, a cloud's volume) cannot be seen from here. Raises
    OSError where the folder cannot be looked at.
    """
    if _has_policy(folder):
        return Standing(is_encrypted=True, seen="fscrypt")
    mount = _mount_of(folder, machine)
    kind = mount.kind if mount else "?"
    if kind == "ecryptfs":
        return Standing(is_encrypted=True, seen=kind)
    if any(_is_encrypted(device, machine, DEPTH) for device in _devices(folder, mount)):
        return Standing(is_encrypted=True, seen="dm-crypt")
    return Standing(is_encrypted=False, seen=kind)


def _has_policy(folder: Path) -> bool:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.ioctl(
            descriptor, GET_POLICY, bytearray(struct.pack("<Q", ROOM_FOR_A_POLICY)) + bytes(ROOM_FOR_A_POLICY)
        )
    except OSError as error:
        if error.errno in (errno.ENODATA, errno.ENOTTY, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
            return False
        raise
    finally:
        os.close(descriptor)
    return True


def _devices(folder: Path, mount: _Mount | None) -> Iterator[str]:
    """Name the devices below a folder; file systems of many devices only name one as their source."""
    number = folder.stat().st_dev
    if os.major(number):
        yield f"{os.major(number)}:{os.minor(number)}"
    elif mount is not None and mount.source.startswith("/dev/") and Path(mount.source).exists():
        number = Path(mount.source).stat().st_rdev
        yield f"{os.major(number)}:{os.minor(number)}"


def _is_encrypted(device: str, machine: Path, depth: int) -> bool:
    """Follow a device down to what it is made of: volumes upon LUKS, LUKS upon volumes."""
    about = machine / "sys" / "dev" / "block" / device
    try:
        if (about / "dm" / "uuid").read_text(encoding="ascii").startswith(LUKS):
            return True
    except OSError:
        pass  # no device of the mapper
    parts = sorted((about / "slaves").glob("*")) if depth else []
    numbers = [(part / "dev").read_text(encoding="ascii").strip() for part in parts]
    # A volume spread over several disks is only as closed as the one that lies open.
    return bool(numbers) and all(_is_encrypted(number, machine, depth - 1) for number in numbers)


def _mount_of(folder: Path, machine: Path) -> _Mount | None:
    real = folder.resolve()
    try:
        lines = (machine / "proc" / "self" / "mountinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    fitting = [mount for mount in map(_mount, lines) if real.is_relative_to(mount.point)]
    # Of mounts on the same place the last one covers those before.
    return max(reversed(fitting), key=lambda mount: len(mount.point), default=None)


def _mount(line: str) -> _Mount:
    before, _, after = line.partition(" - ")
    left, right = before.split(" "), after.split(" ")
    point = OCTAL.sub(lambda found: chr(int(found[1], 8)), left[4])
    return _Mount(device=left[2], point=point, kind=right[0], source=right[1])
