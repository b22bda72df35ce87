"""The time of an answer tells nothing: unknown number, wrong day, two people, and a locked number take alike.

Every kind sends the database the same statements. What the program itself does is timed in seconds of the
processor, which a busy machine does not stretch; medians are compared by drawing the labels anew, again and
again. The same comparisons find a leak that is put in on purpose.
"""

import random
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi import clock
from plugins.card_management.tests.factories import add_card
from plugins.card_reservation.models import VerificationFailure
from plugins.card_reservation.services import guesses, verification
from plugins.card_reservation.services.verification import NotMatched, verify

pytestmark = pytest.mark.django_db
VALUES = re.compile(r"'[^']*'(::\w+)?| ?-?\b\d+\b")
ROUNDS = 80
DRAWS = 2_000
RARE = 0.001
NOTICEABLE_SECONDS = 0.0004
KINDS = {
    "unknown": ("NOB000001", "0229"),
    "wrong_day": ("ABC123456", "0301"),
    "two_people": ("TWO000001", "0229"),
    "locked": ("LOC000001", "0229"),
}


@pytest.fixture
def now() -> datetime:
    """The moment of the test."""
    return clock.now()


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """One card, a number of two people with one birthday, and a number that strangers locked."""
    # From the city hall: the network sets no limit to these guesses.
    monkeypatch.setattr(guesses, "is_trusted", lambda visitor: True)
    add_card(reference="ABC123456", born_on="1988-02-29")
    add_card(reference="TWO000001", born_on="1988-02-29")
    add_card(reference="TWO000001", born_on="1992-02-29")
    add_card(reference="LOC000001", born_on="1988-02-29")


Times = Mapping[str, Sequence[float]]


def measure(now: datetime, *, between: Callable[[str], None] = lambda kind: None) -> Times:
    """Ask for every kind in turn, and note how long each took."""
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _round in range(ROUNDS):
        for kind in random.sample(list(KINDS), len(KINDS)):
            reference, birthday = KINDS[kind]
            _prepare(reference, now, failures=5 if kind == "locked" else 0)
            begun = time.thread_time()
            with pytest.raises(NotMatched):
                verify(reference=reference, birthday_text=birthday, now=now)
            between(kind)
            times[kind].append(time.thread_time() - begun)
    return times


def _prepare(reference: str, now: datetime, *, failures: int) -> None:
    index, today = verification.index_of(reference), clock.local(now).date()
    VerificationFailure.objects.update_or_create(
        reference_index=index, day=today, defaults={"failures": failures}
    )


def leaks(one: Sequence[float], other: Sequence[float]) -> bool:
    """Tell whether two kinds differ by more than chance, and by so much that somebody could measure it."""
    found = abs(statistics.median(one) - statistics.median(other))
    if found < NOTICEABLE_SECONDS:
        return False
    pool, extreme = [*one, *other], 0
    for _draw in range(DRAWS):
        random.shuffle(pool)
        drawn = statistics.median(pool[: len(one)]) - statistics.median(pool[len(one) :])
        extreme += abs(drawn) >= found
    return extreme / DRAWS < RARE


def leaking(times: Times) -> set[str]:
    """Name the kinds that differ from an unknown number."""
    return {kind for kind in KINDS if kind != "unknown" and leaks(times["unknown"], times[kind])}


def test_no_wrong_answer_takes_longer_than_another(cards: None, now: datetime) -> None:
    assert leaking(measure(now)) == set()


def test_every_wrong_answer_asks_the_database_the_same(cards: None, now: datetime) -> None:
    asked = {kind: statements(kind, now) for kind in KINDS}
    assert asked["unknown"]
    assert {kind for kind in KINDS if asked[kind] != asked["unknown"]} == set()


def test_the_comparisons_find_a_leak(cards: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(kind: str) -> None:
        ends = time.thread_time() + 0.002
        while kind == "wrong_day" and time.thread_time() < ends:
            pass

    assert "wrong_day" in leaking(measure(now, between=work))
    usual = statements("unknown", now)
    monkeypatch.setattr(verification, "_count_failure", lambda index, today: None)
    assert statements("unknown", now) != usual


def statements(kind: str, now: datetime) -> list[str]:
    """List what the database is asked for one wrong answer, without the values."""
    reference, birthday = KINDS[kind]
    _prepare(reference, now, failures=5 if kind == "locked" else 0)
    with CaptureQueriesContext(connection) as asked, pytest.raises(NotMatched):
        verify(reference=reference, birthday_text=birthday, now=now)
    return [VALUES.sub("?", query["sql"]) for query in asked.captured_queries]
