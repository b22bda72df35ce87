"""A disk of its own whose folder «closed» is encrypted by the kernel, for the tests."""

import fcntl
import mmap
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

SIZE: Final = 512 << 20
KEY_BYTES: Final = 64
# linux/fscrypt.h: FS_IOC_ADD_ENCRYPTION_KEY, FS_IOC_SET_ENCRYPTION_POLICY; AES-256 in XTS and CTS.
ADD_KEY: Final = 0xC0506617
SET_POLICY: Final = 0x800C6613
BY_IDENTIFIER: Final = 2
POLICY: Final = (2, 1, 4, 3)


@dataclass(frozen=True)
class Disk:
    """An image of a disk, and where it is mounted while it is."""

    image: Path
    point: Path
    key: bytes

    @property
    def closed(self) -> Path:
        """the folder that is encrypted."""
        return self.point / "closed"

    def mount(self) -> None:
        """put the disk where its files can be seen, still locked."""
        run("mount", "-o", "loop", str(self.image), str(self.point))

    def unlock(self) -> bytes:
        """give the kernel the key, and name it."""
        asked = bytearray(struct.pack("<II32sII32s", BY_IDENTIFIER, 0, b"", KEY_BYTES, 0, b"") + self.key)
        with folder(self.point) as descriptor:
            fcntl.ioctl(descriptor, ADD_KEY, asked, True)
        return bytes(asked[8:24])

    def encrypt(self, place: Path, *, by: bytes) -> None:
        """say of an empty folder that whatever comes into it is encrypted."""
        with folder(place) as descriptor:
            fcntl.ioctl(descriptor, SET_POLICY, struct.pack("<BBBB4s16s", *POLICY, b"", by))

    def lock(self) -> None:
        """take the disk away, as when the machine is switched off."""
        run("umount", str(self.point))

    def holds(self, word: bytes) -> bool:
        """look for a word on the raw disk, past every file system."""
        with self.image.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as raw:
            return raw.find(word) >= 0


@contextmanager
def encrypted_disk(where: Path) -> Iterator[Disk]:
    """make a disk with an encrypted folder, open; skip the test where this machine cannot."""
    disk = Disk(image=where / "disk.img", point=where / "disk", key=os.urandom(KEY_BYTES))
    disk.point.mkdir()
    with disk.image.open("wb") as file:
        file.truncate(SIZE)
    try:
        run("mkfs.ext4", "-q", "-F", "-O", "encrypt", str(disk.image))
        disk.mount()
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no disk can be made here: {error}")
    try:
        _close(disk)
        yield disk
    finally:
        subprocess.run(["umount", str(disk.point)], capture_output=True, check=False)


def _close(disk: Disk) -> None:
    disk.closed.mkdir()
    try:
        disk.encrypt(disk.closed, by=disk.unlock())
    except OSError as error:
        pytest.skip(f"this kernel does not encrypt folders: {error}")


@contextmanager
def folder(path: Path) -> Iterator[int]:
    """open a folder."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def run(*command: str) -> None:
    """run a program of the system, or raise."""
    subprocess.run(command, check=True, capture_output=True)
