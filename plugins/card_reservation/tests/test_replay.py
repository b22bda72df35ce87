"""What a schedule makes of a demand: the fast way and the slow one agree, and nobody sits on two seats."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from plugins.card_reservation.rules.no_shows import advise, cautious_rate, chance_of_more
from plugins.card_reservation.rules.replay import Ask, Audience, Offer, replay

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DAYS = 6


def at(day: int, hour: int) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


def from_tomorrow(day: date, audience: Audience) -> tuple[date, date]:
    lead = 1 if audience == "resident" else 0
    return day + timedelta(days=lead), day + timedelta(days=lead + 3)


offers = some.dictionaries(
    some.tuples(some.integers(0, DAYS), some.integers(9, 16)), some.integers(0, 4), max_size=20
).map(lambda found: [Offer(at(*key).date(), at(*key), seats) for key, seats in found.items()])
asks = some.lists(
    some.builds(
        lambda day, wish, people, audience, back: Ask(
            day=at(day, 8).date(),
            asked_at=at(day, 8),
            wished_at=at(*wish),
            people=people,
            audience=audience,
            gives_back_at=None if back is None else at(day + back, 7),
        ),
        some.integers(0, DAYS),
        some.tuples(some.integers(0, DAYS), some.integers(9, 16)),
        some.integers(1, 3),
        some.sampled_from(["resident", "staff"]),
        some.none() | some.integers(1, 3),
    ),
    max_size=25,
)


def slowly(
    plan: Sequence[Offer], taken: Mapping[datetime, int], demand: Sequence[Ask]
) -> tuple[list[int], dict[datetime, int]]:
    """Replay a demand by looking at everything each time."""
    left = {offer.starts_at: max(offer.capacity - taken.get(offer.starts_at, 0), 0) for offer in plan}
    waits: list[int] = []
    given: list[tuple[datetime, datetime, int]] = []
    for ask in sorted(demand, key=lambda one: one.asked_at):
        for moment, start, people in [one for one in given if one[0] <= ask.asked_at]:
            left[start] += people
            given.remove((moment, start, people))
        first, last = from_tomorrow(ask.day, ask.audience)
        fitting = [
            start
            for start, seats in sorted(left.items())
            if first <= start.date() <= last and start > ask.asked_at and seats >= ask.people
        ]
        if not fitting:
            continue
        waits.append((fitting[0].date() - ask.day).days)
        later = [start for start in fitting if start >= ask.wished_at]
        earlier = [start for start in fitting if start < ask.wished_at]
        near = [*later[:1], *earlier[-1:]]
        chosen = min(near, key=lambda start: abs(start - ask.wished_at))
        left[chosen] -= ask.people
        if ask.gives_back_at:
            given.append((ask.gives_back_at, chosen, ask.people))
    return waits, left


@settings(max_examples=200)
@given(offers, some.data(), asks)
def test_the_replay_finds_what_a_look_at_everything_finds(
    plan: list[Offer], data: some.DataObject, demand: list[Ask]
) -> None:
    taken = {offer.starts_at: data.draw(some.integers(0, 5)) for offer in plan}
    outcome = replay(offers=plan, taken=taken, asks=demand, window=from_tomorrow)
    waits, left = slowly(plan, taken, demand)
    assert list(outcome.waits) == waits
    assert outcome.served == len(waits)
    assert outcome.asked == len(demand)
    assert sum(load.capacity - load.booked for load in outcome.days) == sum(left.values())
    assert all(0 <= load.booked <= load.capacity for load in outcome.days)
    assert outcome.on_wished_day <= outcome.served


def test_a_schedule_without_times_turns_everybody_away() -> None:
    demand = [Ask(at(0, 8).date(), at(0, 8), at(1, 9), 1, "resident")]
    outcome = replay(offers=[], taken={}, asks=demand, window=from_tomorrow)
    assert (outcome.turned_away, outcome.mean_wait, outcome.worst_wait) == (1, None, None)
    closed = replay(
        offers=[Offer(at(1, 9).date(), at(1, 9), 5)], taken={}, asks=demand, window=lambda day, audience: None
    )
    assert closed.turned_away == 1


def test_only_the_days_asked_for_are_told() -> None:
    plan = [Offer(at(day, 9).date(), at(day, 9), 1) for day in range(DAYS)]
    span = (at(1, 0).date(), at(2, 0).date())
    told = replay(offers=plan, taken={at(1, 9): 1}, asks=[], window=from_tomorrow, shown=span)
    assert [load.day for load in told.days] == list(span)
    assert told.full_days == (span[0],)


def test_a_busy_office_is_replayed_in_a_moment() -> None:
    plan = [
        Offer(at(day, 9).date(), at(day, 9) + timedelta(minutes=10 * slot), 3)
        for day in range(120)
        for slot in range(48)
    ]
    demand = [
        Ask(at(turn // 250, 8).date(), at(turn // 250, 8), at(turn // 250 + 5, 10), 1, "resident")
        for turn in range(14_000)
    ]
    begun = process_time()
    replay(offers=plan, taken={}, asks=demand, window=lambda day, _who: (day, day + timedelta(days=40)))
    assert process_time() - begun < 5


@given(some.integers(0, 400), some.integers(0, 400))
def test_the_cautious_rate_never_claims_more_than_was_seen(came: int, missed: int) -> None:
    rate = cautious_rate(came=came, missed=missed)
    assert 0 <= rate <= (missed / (came + missed) if came + missed else 0) + 1e-9


@given(some.integers(1, 30), some.integers(0, 300), some.integers(0, 300))
def test_advice_stays_below_a_fifth_and_below_one_crowded_time_in_ten(
    seats: int, came: int, missed: int
) -> None:
    advice = advise(seats=seats, came=came, missed=missed)
    if advice is None:
        assert came + missed < 50
        return
    assert 0 <= advice.extra <= -(-seats // 5)
    assert advice.crowded <= 0.1
    if missed == 0:
        assert advice.extra == 0


def test_a_fifth_who_stay_away_make_room_for_one_more_of_five() -> None:
    # 6 people of whom 20 % stay away: all 6 come in 0.8 ** 6 = 26 % of the times, too often.
    assert advise(seats=5, came=800, missed=200) == advise(seats=5, came=900, missed=100)
    many = advise(seats=5, came=600, missed=400)
    assert many is not None
    assert many.extra == 1
    assert many.once_in is not None
    assert many.once_in >= 10


def test_the_chance_of_a_crowd_is_that_of_everybody_coming() -> None:
    assert chance_of_more(people=6, seats=5, rate=0.5) == pytest.approx(0.5**6)
    assert chance_of_more(people=5, seats=5, rate=0.1) == 0
