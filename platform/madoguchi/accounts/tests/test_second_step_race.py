"""Codes guessed at the same moment are judged one after another, so the rest after ten cannot be jumped."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections

from madoguchi import clock
from madoguchi.accounts.methods import counting
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "second:somebody"


def test_two_guesses_at_once_do_not_step_over_the_rest(home: City) -> None:
    now = clock.now()
    with in_city(home):
        counting.forget(name=NAME)
        for _ in range(counting.TRIES - 1):
            counting.count_failure(name=NAME, now=now)
    asked, judged = Event(), Event()

    def first() -> bool:
        try:
            with in_city(home):
                rests = counting.is_resting(name=NAME, now=now)
                asked.set()
                # Long enough for the second one to be let through, were it not made to wait.
                judged.wait(1)
                counting.count_failure(name=NAME, now=now)
                return rests
        finally:
            connections.close_all()

    def second() -> bool:
        try:
            asked.wait(10)
            with in_city(home):
                rests = counting.is_resting(name=NAME, now=now)
                judged.set()
                return rests
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(first), pool.submit(second)]
        assert [each.result() for each in found] == [False, True]
