"""The line before the booking: who comes first goes in first, nobody is refused and nobody thrown out."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from valkey import Valkey

from madoguchi import clock
from plugins.card_reservation.models import PlaceRules, Service
from plugins.card_reservation.services import waiting_room
from plugins.card_reservation.services.waiting_room import (
    MOST_OF_ONE_NETWORK,
    Room,
    Ticket,
    Turn,
    WaitingRoom,
)
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import HANAKO, identify
from plugins.card_reservation.views import waiting

HOME = "192.0.2.1"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a broker that a busy machine keeps waiting: here it is never broken, only slow."""
    monkeypatch.setattr(waiting_room, "TIMEOUT_SECONDS", 10)


class Door:
    """The door of one city, with so many places inside."""

    def __init__(self, city: UUID, most: int) -> None:
        self.city, self.most, self.room = city, most, WaitingRoom()
        self.now = clock.now()
        self.opens_at: datetime | None = None

    def enter(self, ticket: Ticket | None = None, *, address: str = "") -> Turn:
        number = uuid4().int
        spread = f"198.{18 + number % 2}.{number >> 8 & 255}.{number >> 16 & 255}"
        doors = Room(most=self.most, now=self.now, opens_at=self.opens_at)
        return self.room.enter(city=self.city, address=address or spread, ticket=ticket, room=doors)

    def leave(self, turn: Turn) -> None:
        self.room.leave(city=self.city, address=HOME, ticket=turn.ticket)

    def inside(self, broker: Valkey) -> int:
        return int(broker.zcard(f"madoguchi:room:{{{self.city}}}:inside"))  # type: ignore[arg-type]


def sleep_through(broker: Valkey, city: UUID, *turns: Turn) -> None:
    """Let time pass for some visitors, as if nobody had heard of them since."""
    for name in ("line", "seen"):
        for turn in turns:
            broker.zrem(f"madoguchi:room:{{{city}}}:{name}", turn.ticket.who)


def test_who_comes_first_goes_in_first_and_the_room_never_holds_more(city: UUID, broker: Valkey) -> None:
    door = Door(city, most=3)
    first = [door.enter() for _ in range(3)]
    line = [door.enter() for _ in range(5)]
    assert not any(turn.must_wait for turn in first)
    assert [turn.ahead for turn in line] == [0, 1, 2, 3, 4]
    assert all(turn.must_wait for turn in line)
    for turn in first[:2]:
        door.leave(turn)
    # Those behind ask first, and wait for those before them.
    asked = [door.enter(turn.ticket) for turn in reversed(line)]
    assert [turn.must_wait for turn in asked] == [True, True, True, False, False]
    assert door.enter().must_wait, "a newcomer takes nobody's place"
    assert door.inside(broker) == 3


def test_a_crowd_of_many_processes_never_overfills_the_room_and_all_get_in(
    city: UUID, broker: Valkey
) -> None:
    most, crowd = 10, 120
    doors = [Door(city, most=most) for _ in range(4)]
    counted: list[int] = []

    def serve(number: int) -> int:
        door = doors[number % len(doors)]
        turn = door.enter()
        while turn.must_wait:
            time.sleep(0.005)
            turn = door.enter(turn.ticket)
        counted.append(door.inside(broker))
        time.sleep(0.01)
        door.leave(turn)
        return turn.ticket.place

    with ThreadPoolExecutor(20) as pool:
        places = list(pool.map(serve, range(crowd)))
    assert len(set(places)) == crowd, "everybody drew a place of his own, and got in"
    assert max(counted) <= most
    assert doors[0].inside(broker) == 0


def test_a_phone_that_slept_goes_in_next_and_kept_nobody_waiting(city: UUID, broker: Valkey) -> None:
    door = Door(city, most=1)
    inside, sleeper, awake = door.enter(), door.enter(), door.enter()
    sleep_through(broker, city, sleeper)
    door.leave(inside)
    served = door.enter(awake.ticket)
    assert not served.must_wait
    late = [door.enter() for _ in range(3)]
    door.leave(served)
    assert not door.enter(sleeper.ticket).must_wait
    assert all(door.enter(turn.ticket).must_wait for turn in late)


def test_a_broker_that_forgot_everything_learns_the_order_from_the_tickets(
    city: UUID, broker: Valkey
) -> None:
    door = Door(city, most=2)
    inside = [door.enter() for _ in range(2)]
    line = [door.enter() for _ in range(4)]
    for name in ("inside", "line", "seen", "pace"):
        broker.delete(f"madoguchi:room:{{{city}}}:{name}")
    assert not any(door.enter(turn.ticket).must_wait for turn in inside), "nobody is thrown out"
    again = [door.enter(turn.ticket) for turn in reversed(line)]
    assert [turn.ticket.place for turn in reversed(again)] == [turn.ticket.place for turn in line]
    door.leave(inside[0])
    assert [door.enter(turn.ticket).must_wait for turn in reversed(line)] == [True, True, True, False]


def test_whoever_is_inside_stays_even_when_the_room_is_full(city: UUID, broker: Valkey) -> None:
    door = Door(city, most=2)
    turns = [door.enter() for _ in range(2)]
    door.most = 1
    assert not any(door.enter(turn.ticket).must_wait for turn in turns)
    assert door.enter().must_wait


def test_a_robot_with_thousands_of_tickets_stands_behind_and_finds_half_the_room(
    city: UUID, broker: Valkey
) -> None:
    door = Door(city, most=MOST_OF_ONE_NETWORK * 4)
    robots = [door.enter(address=HOME) for _ in range(1_000)]
    assert sum(not turn.must_wait for turn in robots) == MOST_OF_ONE_NETWORK * 2
    assert door.inside(broker) == MOST_OF_ONE_NETWORK * 2, "half the room is left to people"
    people = [door.enter() for _ in range(MOST_OF_ONE_NETWORK * 2)]
    assert not any(turn.must_wait for turn in people)
    late = door.enter()
    assert (late.must_wait, late.ahead) == (True, 0), "before every robot that waits"
    for turn in people + [turn for turn in robots if not turn.must_wait]:
        door.leave(turn)
    assert not door.enter(late.ticket).must_wait
    waits = next(turn for turn in robots if turn.must_wait)
    assert not door.enter(waits.ticket, address=HOME).must_wait, "and behind is not refused"


def test_tickets_that_a_robot_gathered_do_not_fill_the_room_together(city: UUID, broker: Valkey) -> None:
    door = Door(city, most=10)
    gathered: list[Turn] = []
    for _ in range(4):
        gathered += [door.enter(address=HOME) for _ in range(5)]
        # As if more than the time of a stay had passed.
        for name in ("inside", "line", "seen", waiting_room._network(HOME)):
            broker.delete(f"madoguchi:room:{{{city}}}:{name}")
    assert all(turn.ticket.is_inside for turn in gathered)
    again = [door.enter(turn.ticket, address=HOME) for turn in gathered]
    assert sum(not turn.must_wait for turn in again) == 5, "one network finds half the room"
    assert not any(door.enter().must_wait for _ in range(5)), "and everybody else the other half"
    assert not door.enter(again[0].ticket, address=HOME).must_wait, "who is inside is not thrown out"


def test_a_small_room_is_not_filled_from_one_address(city: UUID, broker: Valkey) -> None:
    door = Door(city, most=10)
    assert sum(not door.enter(address=HOME).must_wait for _ in range(50)) == 5
    assert not door.enter().must_wait


def test_who_stood_behind_the_others_takes_up_a_share_that_becomes_free(city: UUID, broker: Valkey) -> None:
    door = Door(city, most=2)
    inside, beyond, other = door.enter(address=HOME), door.enter(address=HOME), door.enter()
    late = door.enter()
    assert (inside.must_wait, beyond.must_wait, other.must_wait, late.must_wait) == (False, True, False, True)
    door.leave(inside)
    assert not door.enter(beyond.ticket, address=HOME).must_wait, "who came before the late one goes in first"
    assert door.enter(late.ticket).must_wait


def test_a_network_is_an_address_or_a_whole_site_and_never_readable(city: UUID) -> None:
    name = waiting_room._network
    assert name("2001:db8:1:1::1") == name("2001:db8:1:ffff::9")
    assert name("2001:db8:1::1") != name("2001:db8:2::1")
    assert name("192.0.2.1") != name("192.0.2.2")
    assert "192.0.2" not in name("192.0.2.1")
    assert name("nonsense") == name("")


def test_without_a_broker_everybody_goes_in_and_only_the_first_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        monkeypatch.setitem(settings.MADOGUCHI, "VALKEY_URL", url)
        door = Door(uuid4(), most=1)
        assert not any(door.enter().must_wait for _ in range(50))


class TestPages:
    pytestmark = pytest.mark.django_db

    @pytest.fixture(autouse=True)
    def rush(self, home: Any, city: UUID, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Open a room with ten places, all of them taken, that no other worker's test enters."""
        settings.HAS_WAITING_ROOM = True
        self.door = Door(city, most=10)
        monkeypatch.setattr(waiting, "room", self.door.room)
        monkeypatch.setattr(waiting, "most_visitors", lambda: 10)
        monkeypatch.setattr(waiting, "current_city", lambda: replace(home, uuid=city))
        self.crowd = [self.door.enter() for _ in range(10)]

    def test_whoever_comes_too_early_reads_the_place_in_the_line(self, resident: Client) -> None:
        page = resident.get("/booking/")
        text = page.content.decode()
        assert page.status_code == 200
        assert page["Cache-Control"] == "no-store"
        for word in ("来た順にご案内しています", "次の方です", "お電話でも予約できます", "000-0000-0001"):
            assert word in text
        assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in text
        assert 'name="reference"' not in text
        numbers = resident.get("/booking/", headers={"accept": "application/json"}).json()
        assert numbers == {"ahead": "次の方です", "minutes": "1分以内", "seconds": 10, "page": "waiting"}

    def test_choosing_a_service_is_no_way_past_the_line(
        self, resident: Client, hall: Any, people: People
    ) -> None:
        made = Service.objects.create(code="renewal", name="電子証明書の更新", identity="none", order=5)
        PlaceRules.objects.create(place=hall, service=made, capacity=2, unit_minutes=15, max_party=3)
        assert "混み合っています" in resident.get("/booking/service/").content.decode()
        sent = {"service": "renewal", "people": "1"}
        assert "混み合っています" in resident.post("/booking/service/", sent).content.decode()
        assert resident.get("/booking/mail/").status_code == 410
        self.door.leave(self.crowd[0])
        assert 'name="service"' in resident.get("/booking/service/").content.decode()
        assert resident.post("/booking/service/", sent)["Location"] == "/booking/mail/"
        assert resident.get("/booking/mail/").status_code == 200

    def test_before_the_opening_the_page_says_when_it_is_and_how_the_order_is_made(
        self, resident: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opens_at = clock.now() + timedelta(minutes=30)
        monkeypatch.setattr(waiting, "opening", lambda: opens_at)
        page = resident.get("/booking/")
        text = page.content.decode()
        for word in ("まもなく受付を始めます", "抽選で決まります", "お電話でも予約できます"):
            assert word in text
        assert 'name="reference"' not in text
        numbers = resident.get("/booking/", headers={"accept": "application/json"}).json()
        assert (numbers["page"], numbers["seconds"]) == ("early", waiting.LONGEST_SLEEP)
        monkeypatch.setattr(waiting, "opening", lambda: clock.now() - timedelta(minutes=1))
        numbers = resident.get("/booking/", headers={"accept": "application/json"}).json()
        assert numbers["page"] == "waiting", "from then on it stands in line"

    def test_the_same_page_becomes_the_form_when_it_is_ones_turn(
        self, resident: Client, people: People
    ) -> None:
        people.add(*HANAKO)
        assert "ただいま混み合っています" in resident.get("/booking/").content.decode()
        sent = identify(resident)
        assert sent.status_code == 200
        assert "ただいま混み合っています" in sent.content.decode()
        self.door.leave(self.crowd[0])
        assert 'name="reference"' in resident.get("/booking/").content.decode()
        assert 'name="reference"' in resident.get("/booking/").content.decode(), "and stays it"
        assert identify(resident)["Location"] == "/booking/mail/"
        assert resident.get("/booking/mail/").status_code == 200

    def test_a_form_that_is_sent_from_inside_is_not_asked_to_wait_again(
        self, resident: Client, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people.add(*HANAKO)
        self.door.leave(self.crowd[0])
        resident.get("/booking/")
        monkeypatch.setattr(waiting.room, "enter", None)
        assert identify(resident)["Location"] == "/booking/mail/"
        assert resident.get("/booking/").status_code == 200, "nor does whoever was identified"

    def test_a_ticket_of_another_city_or_a_forged_one_is_none(
        self, resident: Client, home: Any, stranger: Any
    ) -> None:
        from madoguchi.web import signing

        forged = Client(headers={"host": "midori.localhost"})
        forged.cookies[waiting.COOKIE] = "abc.def"
        assert "混み合っています" in forged.get("/booking/").content.decode()
        token = signing.sign(["w", 1, 1], purpose="something-else", now=clock.now())
        forged.cookies[waiting.COOKIE] = token
        assert "混み合っています" in forged.get("/booking/").content.decode()

    def test_whoever_is_done_lets_the_next_one_in(self, resident: Client, broker: Valkey) -> None:
        self.door.leave(self.crowd[0])
        resident.get("/booking/")
        assert self.door.inside(broker) == 10
        from django.http import HttpRequest, HttpResponse

        request = HttpRequest()
        request.COOKIES = {name: cookie.value for name, cookie in resident.cookies.items()}
        request.META["REMOTE_ADDR"] = "127.0.0.1"
        waiting.give_place_free(request, HttpResponse(), now=clock.now())
        assert self.door.inside(broker) == 9


@pytest.mark.django_db
def test_a_city_chooses_how_many_come_in_at_once(home: Any) -> None:
    from plugins.card_reservation.queries.visitors import most_visitors, opening

    assert (most_visitors(), opening()) == (1000, None)


@pytest.mark.django_db
def test_a_city_chooses_from_when_on_bookings_begin(home: Any) -> None:
    from madoguchi.ledger.audit.actors import SYSTEM
    from madoguchi.preferences import queries, services
    from plugins.card_reservation.declarations.settings import BookingSettings
    from plugins.card_reservation.queries.visitors import opening

    chosen = vars(queries.current(BookingSettings)) | {"opens_on": "2026-12-01", "opens_at": "09:30"}
    services.change(plugin="card_reservation", values=chosen, actor=SYSTEM, now=clock.now())
    assert opening() == datetime(2026, 12, 1, 9, 30, tzinfo=clock.JAPAN)


def test_the_wait_is_reckoned_by_the_pace_of_the_last_minutes() -> None:
    assert waiting_room._minutes(0, pace=0, most=1000) == 1
    assert waiting_room._minutes(499, pace=100, most=100) == 5
    assert waiting_room._minutes(999, pace=0, most=1000) == 10
    assert [waiting.seconds_between(minutes) for minutes in (1, 5, 30)] == [10, 20, 30]
    assert [waiting.people_text(ahead) for ahead in (0, 7, 21, 4000)] == [
        "次の方です",
        "約7人",
        "約30人",
        "約4000人",
    ]
