"""Two transactions that meet, for tests of what the second one sees."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from typing import TypeVar

from django.db import connections

from madoguchi.tenancy import City, in_city

Found = TypeVar("Found")
SOON = 0.5
"""Seconds in which the second one comes as far as it gets while the first is open."""


def while_open(home: City, *, first: Callable[[], object], second: Callable[[], Found]) -> Found:
    """Do the second when the first is written and not committed yet; give what came of the second."""
    written, go = Event(), Event()

    def writing() -> None:
        try:
            with in_city(home):
                first()
                written.set()
                go.wait(20)
        finally:
            written.set()
            connections.close_all()

    def following() -> Found:
        try:
            with in_city(home):
                return second()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        other = threads.submit(writing)
        written.wait(20)
        found = threads.submit(following)
        sleep(SOON)
        go.set()
        other.result()
        return found.result()
