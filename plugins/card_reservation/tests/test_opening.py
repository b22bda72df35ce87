"""An opening: coming early is worth nothing before it, and everything after it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from valkey import Valkey

from plugins.card_reservation.services import waiting_room
from plugins.card_reservation.services.waiting_room import EARLY, GATHERING, LONGEST_GATHERING, QUIET, Room
from plugins.card_reservation.tests.test_waiting_room import Door


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a broker that a busy machine keeps waiting."""
    monkeypatch.setattr(waiting_room, "TIMEOUT_SECONDS", 10)


class TestOpening:
    """Coming early is worth nothing before the opening, and everything after it."""

    def doors(self, city: UUID, most: int) -> Door:
        door = Door(city, most=most)
        # The broker has a clock of its own, on which the opening must not lie ahead of those who come late.
        door.opens_at = door.now
        door.now -= timedelta(minutes=10)
        return door

    def test_before_the_opening_nobody_goes_in_and_no_ticket_shows_its_lot(self, city: UUID) -> None:
        door = self.doors(city, most=5)
        early = [door.enter() for _ in range(10)]
        assert all(turn.must_wait and turn.opens_at == door.opens_at for turn in early)
        assert {turn.ticket.place for turn in early} == {EARLY}
        again = door.enter(early[0].ticket)
        assert again.ticket == early[0].ticket, "whoever reads the page again keeps the lot"

    def test_the_early_are_let_in_by_lot_before_all_others_and_those_in_the_order_of_coming(
        self, city: UUID
    ) -> None:
        door = self.doors(city, most=40)
        early = [door.enter().ticket for _ in range(40)]
        door.now += timedelta(minutes=10)
        # Those who come at the opening ask before the early ones do.
        late = [door.enter().ticket for _ in range(10)]
        standing = [door.enter(ticket) for ticket in early]
        assert all(turn.must_wait for turn in standing), "the doors stay shut until all have been heard"
        door.now += GATHERING
        placed = [turn.ticket for turn in standing]
        assert not any(door.enter(ticket).must_wait for ticket in placed)
        assert all(door.enter(ticket).must_wait for ticket in late)
        assert max(ticket.place for ticket in placed) < min(ticket.place for ticket in late)
        assert [ticket.place for ticket in late] == sorted(ticket.place for ticket in late)
        places = [ticket.place for ticket in placed]
        assert abs(rank_correlation(places)) < 0.6, "the lot does not follow the order of coming"

    def test_on_a_busy_site_the_doors_wait_for_the_early_ones_and_not_for_ever(self, city: UUID) -> None:
        door = self.doors(city, most=40)
        slow, robot = door.enter().ticket, door.enter().ticket
        door.now += timedelta(minutes=10) + GATHERING - timedelta(seconds=1)
        late = door.enter().ticket
        slow = door.enter(slow).ticket
        door.now += timedelta(seconds=2)
        assert door.enter(late).must_wait, "one that came early was heard of just now"
        door.now += QUIET
        assert not door.enter(slow).must_wait
        assert not door.enter(late).must_wait
        # Tickets that somebody kept back open no door later than a minute after the opening.
        assert door.opens_at is not None
        door.now = door.opens_at + LONGEST_GATHERING
        door.enter(robot)
        assert not door.enter().must_wait

    def test_a_lot_cannot_be_chosen_by_whoever_makes_the_ticket(self, city: UUID) -> None:
        door = self.doors(city, most=5)
        assert door.opens_at is not None
        rooms = [Room(most=5, now=door.now, opens_at=door.opens_at + timedelta(days=day)) for day in (0, 1)]
        lots = {room.lot_of(who, city=city) for room in rooms for who in ("a", "b")}
        assert len(lots) == 4, "each visitor, each opening and each city draws anew"
        assert all(lot < door.opens_at.timestamp() * 1e6 + 86_400e6 for lot in lots)

    def test_whoever_is_inside_already_is_not_thrown_out_by_an_opening(self, city: UUID) -> None:
        door = Door(city, most=5)
        inside = door.enter()
        door.opens_at = door.now + timedelta(minutes=10)
        assert not door.enter(inside.ticket).must_wait

    def test_a_notice_takes_one_place_on_however_many_phones(self, city: UUID, broker: Valkey) -> None:
        door = Door(city, most=10)
        notice, phones = uuid4(), [door.enter() for _ in range(4)]
        for turn in phones:
            door.room.claim(city=city, ticket=turn.ticket, notice=notice)
        assert door.inside(broker) == 1
        door.room.claim(city=city, ticket=phones[-1].ticket, notice=notice)
        assert door.inside(broker) == 1, "the same phone keeps it"


def rank_correlation(values: list[int]) -> float:
    """Compute Spearman's coefficient of values against their order."""
    count = len(values)
    ranks = {value: rank for rank, value in enumerate(sorted(values))}
    squares = sum((ranks[value] - turn) ** 2 for turn, value in enumerate(values))
    return 1 - 6 * squares / (count * (count * count - 1))
