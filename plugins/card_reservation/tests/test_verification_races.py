"""Guesses at a birthday, all at once."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest

from madoguchi.hooks.contracts.pickups import Found
from madoguchi.tenancy import City, in_city
from plugins.card_reservation.models import VerificationFailure
from plugins.card_reservation.services import verification
from plugins.card_reservation.services.verification import NotMatched, take_turns, verify
from plugins.card_reservation.tests.test_booking_races import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("trusted_network")]
FAILURES_PER_DAY = 5

FIRST, LAST = 3, 14


def test_guesses_sent_all_at_once_are_heard_one_after_the_other(
    home: City, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(verification, "_ask", lambda reference, birthday, needs_year: asked.append(reference))

    def guess(day: int) -> None:
        # Caught here as the page does: the count of the failure is kept.
        with pytest.raises(NotMatched):
            verify(reference="ABC123456", birthday_text=f"02{day:02}", now=now)

    answers = all_at_once(home, *(partial(guess, day) for day in range(FIRST, LAST + 1)))
    assert answers == {"done": LAST - FIRST + 1}
    assert asked.count("ABC123456") == FAILURES_PER_DAY
    with in_city(home):
        assert VerificationFailure.objects.get().failures == LAST - FIRST + 1


def test_a_family_that_is_named_from_both_ends_at_once_is_found_twice(
    home: City, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_found_one = Barrier(2)

    def find(*_given: object, needs_year: bool) -> Found:
        with suppress(BrokenBarrierError):
            both_found_one.wait(timeout=1)
        return Found(pickup=uuid4(), label="")

    monkeypatch.setattr(verification, "_ask", find)

    def name(*references: str) -> None:
        take_turns(references=references)
        for each in references:
            verify(reference=each, birthday_text="0229", now=now)

    named = (partial(name, "ABC123456", "ABC123457"), partial(name, "ABC123457", "ABC123456"))
    assert all_at_once(home, *named) == {"done": 2}
