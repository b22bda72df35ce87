"""What a page gets from the agent over a real WebSocket, and what other pages do not get."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from card_agent.configuration import Configuration
from card_agent.pairing import PURPOSE
from card_agent.reading import Question
from card_agent.server import HOST, open_server
from card_agent.simulator import Counter, VirtualCard, VirtualReader

CITY = "https://staff.kurume.example"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))

Open = Callable[..., AbstractContextManager[ClientConnection]]


class Desk:
    """Types what it is given."""

    def __init__(self, *numbers: str) -> None:
        self.numbers = list(numbers)
        self.waits: Event | None = None
        self.is_open, self.was_left = Event(), Event()

    def ask(self, question: Question, is_gone: Callable[[], bool], /) -> bytearray | None:
        self.is_open.set()
        if self.waits is not None:
            until = time.monotonic() + 5
            while not self.waits.wait(0.02) and time.monotonic() < until:
                if is_gone():
                    self.was_left.set()
                    return None
        return bytearray(self.numbers.pop(0), "ascii") if self.numbers else None


@contextmanager
def agent(reader: VirtualReader, desk: Desk | None = None) -> Iterator[Open]:
    """Run an agent on a free port."""
    configuration = Configuration(keys={CITY: KEY.public_key().public_bytes_raw()}, port=0)
    with open_server(
        configuration=configuration, reader=reader, desk=desk or Desk("1234"), wait_seconds=0
    ) as server:
        port = server.socket.getsockname()[1]
        assert server.socket.getsockname()[0] == HOST
        Thread(target=server.serve_forever, daemon=True).start()

        @contextmanager
        def reach(origin: str = CITY) -> Iterator[ClientConnection]:
            wire = connect(f"ws://{HOST}:{port}", origin=origin, proxy=None)  # type: ignore[arg-type]
            with wire:
                yield wire

        yield reach


def signed(claims: dict[str, Any], key: Ed25519PrivateKey = KEY) -> str:
    content = json.dumps(claims).encode()
    parts = (content, key.sign(PURPOSE + content))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def hear(wire: ClientConnection) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(wire.recv(timeout=5))
    return said


def pair(wire: ClientConnection, **changed: Any) -> dict[str, Any]:
    challenge = hear(wire)["challenge"]
    claims = {"challenge": challenge, "origin": CITY, "number_b": False, **changed}
    wire.send(json.dumps({"type": "pair", "token": signed(claims)}))
    return hear(wire)


def ask(wire: ClientConnection, **wanted: Any) -> list[dict[str, Any]]:
    """Ask for a reading, and list all that is said until the end."""
    wire.send(json.dumps({"type": "read", "what": "basic_four", "by": "pin", **wanted}))
    said = []
    try:
        while True:
            said.append(hear(wire))
    except ConnectionClosed:
        return said


def test_a_page_of_the_city_gets_the_four_items() -> None:
    with agent(VirtualReader(card=VirtualCard())) as reach, reach() as wire:
        assert pair(wire)["type"] == "paired"
        said = ask(wire)
    assert [each.get("step", each["type"]) for each in said] == ["reading", "enter_number", "result"]
    assert said[-1]["basic_four"]["name"] == "見本　さくら"
    assert said[-1]["validity"]["municipality"] == "40203"
    assert "1234" not in json.dumps(said)


def test_a_page_of_another_origin_is_turned_away_before_a_word_is_said() -> None:
    for origin in ("https://evil.example.test", "http://staff.kurume.example", "null"):
        with agent(VirtualReader(card=VirtualCard())) as reach, pytest.raises(InvalidStatus) as refused:
            with reach(origin):
                pass
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "changed",
    [{"challenge": "of another connection"}, {"origin": "https://evil.example.test"}],
)
def test_a_token_is_good_for_one_connection_of_one_origin(changed: dict[str, Any]) -> None:
    reader = VirtualReader(card=VirtualCard())
    with agent(reader) as reach, reach() as wire:
        assert pair(wire, **changed)["code"] == "not_paired"
    assert reader.log == []


@pytest.mark.parametrize("token", ["", "a.b", "……", "e30.AAAA", 5, None])
def test_rubbish_instead_of_a_token_reads_nothing(token: Any) -> None:
    reader = VirtualReader(card=VirtualCard())
    with agent(reader) as reach, reach() as wire:
        hear(wire)
        wire.send(json.dumps({"type": "pair", "token": token}))
        assert hear(wire)["code"] == "not_paired"
    assert reader.log == []


def test_a_token_of_another_citys_key_reads_nothing() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with agent(VirtualReader(card=VirtualCard())) as reach, reach() as wire:
        claims = {"challenge": hear(wire)["challenge"], "origin": CITY}
        wire.send(json.dumps({"type": "pair", "token": signed(claims, other)}))
        assert hear(wire)["code"] == "not_paired"


def test_nothing_is_read_without_a_token() -> None:
    for first in ('{"type": "read", "what": "basic_four"}', "[]", "no json", "{}"):
        with agent(VirtualReader(card=VirtualCard())) as reach, reach() as wire:
            hear(wire)
            wire.send(first)
            assert hear(wire)["code"] == "not_paired"


def test_the_number_on_the_face_needs_the_citys_consent() -> None:
    with agent(VirtualReader(card=VirtualCard()), Desk("63032020351234")) as reach, reach() as wire:
        pair(wire)
        assert ask(wire, by="number_b")[-1]["code"] == "not_allowed"
    with agent(VirtualReader(card=VirtualCard()), Desk("63032020351234")) as reach, reach() as wire:
        pair(wire, number_b=True)
        assert ask(wire, by="number_b")[-1]["type"] == "result"


@pytest.mark.parametrize(
    ("reader", "desk", "code", "left"),
    [
        (VirtualReader(is_connected=False), Desk(), "no_reader", None),
        (VirtualReader(), Desk(), "no_card", None),
        (VirtualReader(card=VirtualCard(token=b"OTHER")), Desk(), "unsupported_card", None),
        (VirtualReader(card=VirtualCard()), Desk("9999", "8888"), "stopped_before_lock", 1),
        (VirtualReader(card=VirtualCard(pin=Counter(b"1234", 3, 0))), Desk("1234"), "locked", 0),
        (VirtualReader(card=VirtualCard()), Desk(), "cancelled", 3),
    ],
)
def test_every_end_without_a_result_has_its_code(
    reader: VirtualReader, desk: Desk, code: str, left: int | None
) -> None:
    with agent(reader, desk) as reach, reach() as wire:
        pair(wire)
        said = ask(wire)[-1]
    assert (said["type"], said["code"], said["left"]) == ("error", code, left)


def test_a_wrong_number_is_told_with_what_is_left() -> None:
    with agent(VirtualReader(card=VirtualCard()), Desk("9999", "1234")) as reach, reach() as wire:
        pair(wire)
        said = ask(wire)
    assert [(each["step"], each["left"]) for each in said if "left" in each] == [
        ("enter_number", 3),
        ("wrong_number", 2),
    ]
    assert said[-1]["type"] == "result"


def test_a_card_pulled_out_is_told() -> None:
    reader = VirtualReader(card=VirtualCard())
    reader.removed_after = 9
    with agent(reader) as reach, reach() as wire:
        pair(wire)
        assert ask(wire)[-1]["code"] == "card_removed"


def test_one_page_reads_at_a_time() -> None:
    desk = Desk("1234")
    desk.waits = Event()
    with agent(VirtualReader(card=VirtualCard()), desk) as reach, reach() as first, reach() as second:
        pair(first)
        pair(second)
        first.send(json.dumps({"type": "read", "what": "basic_four", "by": "pin"}))
        assert hear(first)["step"] == "reading"
        assert ask(second)[-1]["code"] == "reader_busy"
        desk.waits.set()
        assert hear(first)["step"] == "enter_number"
        assert hear(first)["type"] == "result"


def test_a_page_that_goes_away_closes_the_window_and_frees_the_reader_at_once() -> None:
    desk, reader = Desk("1234"), VirtualReader(card=VirtualCard())
    desk.waits = Event()
    with agent(reader, desk) as reach:
        with reach() as first:
            pair(first)
            first.send(json.dumps({"type": "read", "what": "basic_four", "by": "pin"}))
            assert desk.is_open.wait(5)
        # The page was loaded anew: its connection is closed, and the window of the number with it.
        assert desk.was_left.wait(2)
        desk.waits.set()
        assert read_soon(reach)["type"] == "result"
    assert not reader.is_taken


def test_a_number_typed_for_a_page_that_is_gone_is_not_tried_on_the_card() -> None:
    class Late(Desk):
        def ask(self, question: Question, is_gone: Callable[[], bool], /) -> bytearray | None:
            self.is_open.set()
            while not is_gone():
                time.sleep(0.02)
            self.was_left.set()
            return self.given

        given = bytearray(b"9999")

    card, desk = VirtualCard(), Late()
    reader = VirtualReader(card=card)
    with agent(reader, desk) as reach:
        with reach() as wire:
            pair(wire)
            wire.send(json.dumps({"type": "read", "what": "basic_four", "by": "pin"}))
            assert desk.is_open.wait(5)
        assert desk.was_left.wait(2)
        until = time.monotonic() + 2
        while reader.is_taken and time.monotonic() < until:
            time.sleep(0.02)
    assert (card.pin.left, desk.given) == (3, bytearray(4))


def read_soon(reach: Open) -> dict[str, Any]:
    """Read with a new page, which finds the reader free within two seconds."""
    until = time.monotonic() + 2
    while True:
        with reach() as wire:
            pair(wire)
            said = ask(wire)[-1]
        if said.get("code") != "reader_busy" or time.monotonic() > until:
            return said
        time.sleep(0.05)


def test_days_alone_need_no_number() -> None:
    with agent(VirtualReader(card=VirtualCard()), Desk()) as reach, reach() as wire:
        pair(wire)
        said = ask(wire, what="validity")
    assert said[-1]["validity"]["expires_on"] == "2035-03-20"
    assert "basic_four" not in said[-1]
