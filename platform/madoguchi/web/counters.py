"""Counters of requests, city by city, kept by every process in a file of its own and read as one.

A process that ends leaves its file; the next one takes it up and counts on, so sums never fall.
"""

import fcntl
import mmap
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache  # noqa: TID251 - counts of every city in one file of this process
from pathlib import Path
from threading import Lock

# The last limit catches the rest. 3 s is what a good answer may take at most.
LIMITS = (0.1, 0.3, 1.0, 3.0, 10.0)
CLASSES = ("ok", "4xx", "5xx")
BUCKETS = len(LIMITS) + 1
SLOTS = len(CLASSES) + BUCKETS + 1
NAME_BYTES = 16
ROW = struct.Struct(f"={NAME_BYTES}s{SLOTS}Q")
WORDS = ROW.size // 8
FIRST_SLOT = NAME_BYTES // 8
MOST_CITIES = 8_192
SUFFIX = ".counts1"
MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted of one city: answers by class, answers by time, and the time of all."""

    classes: tuple[int, ...]
    buckets: tuple[int, ...]
    microseconds: int


@cache
def counters_of(folder: Path) -> "Counters":
    """Give the counters of this process for a folder: one file, however many handlers there are."""
    return Counters(folder)


class Counters:
    """This process's counters, opened at the first request."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._pid = 0
        self._rows: dict[str, int] = {}
        self._words = memoryview(bytearray()).cast("Q")
        self._map: mmap.mmap | None = None

    def count(self, *, city: str, status: int, seconds: float) -> None:
        """Add one answer."""
        number = 0 if status < 400 else 1 if status < 500 else 2
        bucket = len(CLASSES)
        for limit in LIMITS:
            if seconds <= limit:
                break
            bucket += 1
        with self._lock:
            if self._pid != os.getpid():
                self._open()
            row = self._rows.get(city)
            if row is None:
                row = self._add(city)
            words = self._words
            words[row + number] += 1
            words[row + bucket] += 1
            words[row + SLOTS - 1] += int(seconds * MICROSECONDS)

    def _open(self) -> None:
        """Take the first file that no living process holds, and count on from what it says."""
        self._folder.mkdir(parents=True, exist_ok=True)
        number = 0
        while (descriptor := _held(self._folder / f"{number}{SUFFIX}")) is None:
            number += 1
        os.ftruncate(descriptor, ROW.size * MOST_CITIES)
        self._map = mmap.mmap(descriptor, ROW.size * MOST_CITIES)
        self._words = memoryview(self._map).cast("Q")
        names = (name for name, _ in _rows_of(self._map))
        self._rows = {name: _position(number) for number, name in enumerate(names)}
        self._pid = os.getpid()

    def _add(self, city: str) -> int:
        """Give a city its row; when there is no room left it shares the last one."""
        number = min(len(self._rows), MOST_CITIES - 1)
        assert self._map is not None
        start = number * ROW.size
        self._map[start : start + NAME_BYTES] = city.encode()[:NAME_BYTES].ljust(NAME_BYTES, b"\0")
        self._rows[city] = _position(number)
        return self._rows[city]


def totals(folder: Path) -> dict[str, Totals]:
    """Add up what all processes of this machine counted."""
    sums: dict[str, list[int]] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        for name, values in _rows_of(path.read_bytes()):
            known = sums.get(name)
            sums[name] = values if known is None else list(map(int.__add__, known, values))
    return {name: _totals(sums[name]) for name in sorted(sums)}


def _totals(values: list[int]) -> Totals:
    cut = len(CLASSES)
    return Totals(tuple(values[:cut]), tuple(values[cut:-1]), values[-1])


def _rows_of(content: bytes | mmap.mmap) -> Iterator[tuple[str, list[int]]]:
    """List the rows up to the first that nobody uses."""
    for start in range(0, len(content) - ROW.size + 1, ROW.size):
        name, *values = ROW.unpack_from(content, start)
        if not name.rstrip(b"\0"):
            return
        yield name.rstrip(b"\0").decode(), values


def _position(row: int) -> int:
    return row * WORDS + FIRST_SLOT


def _held(path: Path) -> int | None:
    """Open a file for this process alone; None while another one lives with it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
