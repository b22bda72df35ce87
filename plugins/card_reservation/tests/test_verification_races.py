"""Guesses at a birthday, all at once."""

from datetime import datetime
from functools import partial

import pytest

from madoguchi.tenancy import City, in_city
from plugins.card_reservation.models import VerificationFailure
from plugins.card_reservation.services import verification
from plugins.card_reservation.services.verification import NotMatched, verify
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
