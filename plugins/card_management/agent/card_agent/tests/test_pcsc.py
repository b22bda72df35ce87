"""The same reading through a real PC/SC service with a virtual reader, where there is one."""

import importlib.util
import shutil
import subprocess
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from card_agent import pcsc
from card_agent.card import Card
from card_agent.errors import (
    CardRemoved,
    NoCard,
    NoReader,
    ReaderBusy,
    StoppedBeforeLock,
    UnreadableCard,
)
from card_agent.pcsc import PcscLink, PcscReader
from card_agent.reading import read_basic_four, read_validity, recognise
from card_agent.simulator import VirtualCard
from card_agent.tests.test_reading import SAKURA, Typist
from card_agent.tests.vpcd import laid_down

is_there = shutil.which("pcscd") and importlib.util.find_spec("smartcard")


@pytest.fixture(scope="module")
def service() -> Iterator[None]:
    """A running PC/SC service; one per machine, so a running one is used."""
    if not is_there:
        pytest.skip("no pcscd or no pyscard on this machine")
    started = subprocess.Popen(
        ["pcscd", "--foreground"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    time.sleep(1.5)
    yield
    started.terminate()
    started.wait(timeout=10)


def taken(reader: PcscReader) -> PcscLink:
    """Take the card as soon as the service has noticed it."""
    for _try in range(50):
        try:
            return reader.connect()
        except (NoCard, NoReader):
            time.sleep(0.1)
    return reader.connect()


def test_a_card_is_read_through_the_service(service: None) -> None:
    with laid_down(VirtualCard()), taken(PcscReader()) as link:
        card = Card(link=link)
        profile = recognise(card=card)
        assert read_validity(card=card, profile=profile).certificate_expires_on == "2031-03-20"
        assert read_basic_four(card=card, profile=profile, by="pin", ask=Typist("1234")) == SAKURA


def test_nobody_else_gets_the_card_meanwhile(service: None) -> None:
    with laid_down(VirtualCard()), taken(PcscReader()), pytest.raises(ReaderBusy):
        PcscReader().connect()


def test_tries_are_counted_and_the_last_is_kept(service: None) -> None:
    lying = VirtualCard()
    with laid_down(lying), taken(PcscReader()) as link:
        card = Card(link=link)
        profile = recognise(card=card)
        with pytest.raises(StoppedBeforeLock):
            read_basic_four(card=card, profile=profile, by="pin", ask=Typist("9999", "8888"))
    assert lying.pin.left == 1


def test_a_card_pulled_out_is_noticed(service: None) -> None:
    with laid_down(VirtualCard()):
        link = taken(PcscReader())
    time.sleep(1)
    card = Card(link=link)
    with pytest.raises((CardRemoved, UnreadableCard)):
        recognise(card=card)
    link.__exit__(None, None, None)


def test_an_empty_reader_is_told(service: None) -> None:
    time.sleep(1)
    with pytest.raises((NoCard, NoReader)):
        PcscReader().connect()


class Service:
    """Stands for the functions of PC/SC, and answers with one code."""

    def __init__(self, *, code: int, names: tuple[str, ...] = ("Reader 00",), context: int = 0) -> None:
        self.code, self.released = code, 0
        constants = ("SCOPE_USER", "SHARE_EXCLUSIVE", "PROTOCOL_T0", "PROTOCOL_T1", "RESET_CARD")
        functions = {
            "EstablishContext": lambda *_given: (context, "context"),
            "ListReaders": lambda *_given: (0, list(names)),
            "Connect": lambda *_given: (self.code, "handle", 1),
            "Reconnect": lambda *_given: (0, 1),
            "Transmit": lambda *_given: (self.code, [0x90, 0x00]),
            "Disconnect": self._release,
            "ReleaseContext": self._release,
        }
        known: dict[str, Any] = {f"SCARD_{name}": 1 for name in constants}
        self.scard = SimpleNamespace(
            **known, **{f"SCard{name}": function for name, function in functions.items()}
        )

    def _release(self, *_given: Any) -> None:
        self.released += 1

    def reader(self, monkeypatch: pytest.MonkeyPatch) -> PcscReader:
        """Give a reader that works with this service."""
        found = SimpleNamespace(import_module=lambda _name: self.scard)
        monkeypatch.setattr(pcsc, "importlib", found)
        return PcscReader()


@pytest.mark.parametrize(
    ("service", "error"),
    [
        (Service(code=0, context=0x8010001D), NoReader),
        (Service(code=0, names=()), NoReader),
        (Service(code=0x8010000C), NoCard),
        # Windows writes the same codes as negative numbers.
        (Service(code=0x8010000B - (1 << 32)), ReaderBusy),
        (Service(code=0x80100065), UnreadableCard),
    ],
)
def test_what_the_service_refuses_has_a_word(
    monkeypatch: pytest.MonkeyPatch, service: Service, error: type[Exception]
) -> None:
    with pytest.raises(error):
        service.reader(monkeypatch).connect()


def test_a_link_ends_with_a_reset_and_a_lost_card_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(code=0)
    link = service.reader(monkeypatch).connect()
    assert link.transmit(b"\x00\xa4") == b"\x90\x00"
    service.code = 0x80100069
    with pytest.raises(CardRemoved), link:
        link.transmit(b"\x00\xa4")
    assert service.released == 2
