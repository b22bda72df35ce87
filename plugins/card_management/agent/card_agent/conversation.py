"""What a page and the agent say to one another over one connection: one question, one reading, the end."""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any, Protocol

from card_agent import VERSION
from card_agent.apdu import wipe
from card_agent.card import Card
from card_agent.errors import NoCard, NotAllowed, NotPaired, ReaderBusy, ReadingStopped
from card_agent.pairing import Permit, check_token
from card_agent.readers import CardLink, Reader
from card_agent.reading import By, Question, read_basic_four, read_validity, recognise

PROTOCOL = 1
LONGEST_MESSAGE = 4096
PAUSE = 0.3


class Wire(Protocol):
    """One connection to a page."""

    def send(self, message: str, /) -> None:
        """Send a message."""
        ...

    def recv(self, timeout: float | None = None) -> str | bytes:
        """Wait for a message."""
        ...

    @property
    def is_closed(self) -> bool:
        """Tell whether the page has gone away."""
        ...


class Desk(Protocol):
    """Asks the person at the counter for a number, in a window of this program."""

    def ask(self, question: Question, is_gone: Callable[[], bool], /) -> bytearray | None:
        """Ask for a number; None where the person wants to stop, or the page has gone."""
        ...


@dataclass(frozen=True)
class Agent:
    """What a connection needs: the reader, the desk, the cities' keys, and how long it waits."""

    reader: Reader
    desk: Desk
    keys: Mapping[str, bytes]
    lock: Lock
    wait_seconds: float = 30
    reply_seconds: float = 20


def converse(*, agent: Agent, wire: Wire, origin: str) -> None:
    """Speak with one page until its card is read or the reading has stopped."""
    try:
        permit = _pair(agent, wire, origin)
        what, by = _request(wire, agent, permit)
        if not agent.lock.acquire(blocking=False):
            raise ReaderBusy
        try:
            _tell(wire, type="result", **_read(agent, wire, what, by))
        finally:
            agent.lock.release()
    except ReadingStopped as stopped:
        _tell(wire, type="error", code=stopped.code, left=stopped.left)


def _pair(agent: Agent, wire: Wire, origin: str) -> Permit:
    challenge = secrets.token_urlsafe(32)
    _tell(wire, type="hello", protocol=PROTOCOL, version=VERSION, challenge=challenge)
    said = _hear(wire, agent.reply_seconds)
    key = agent.keys.get(origin)
    if key is None or said.get("type") != "pair":
        raise NotPaired
    permit = check_token(token=str(said.get("token", "")), key=key, challenge=challenge, origin=origin)
    _tell(wire, type="paired")
    return permit


def _request(wire: Wire, agent: Agent, permit: Permit) -> tuple[str, By]:
    said = _hear(wire, agent.reply_seconds)
    what, by = said.get("what"), said.get("by", "pin")
    if said.get("type") != "read" or what not in ("basic_four", "validity"):
        raise NotAllowed
    if by == "pin":
        return str(what), "pin"
    if by == "number_b" and permit.allows_number_b:
        return str(what), "number_b"
    raise NotAllowed


def _read(agent: Agent, wire: Wire, what: str, by: By) -> dict[str, Any]:
    with _card_on(agent, wire) as link:
        card = Card(link=link)
        profile = recognise(card=card)
        _tell(wire, type="progress", step="reading")
        found: dict[str, Any] = {"validity": asdict(read_validity(card=card, profile=profile))}
        if what == "basic_four":
            ask = _asking(agent, wire)
            found["basic_four"] = asdict(read_basic_four(card=card, profile=profile, by=by, ask=ask))
    return found


def _asking(agent: Agent, wire: Wire) -> Callable[[Question], bytearray | None]:
    def ask(question: Question) -> bytearray | None:
        step = "wrong_number" if question.was_wrong else "enter_number"
        _tell(wire, type="progress", step=step, by=question.by, left=question.left)
        typed = agent.desk.ask(question, lambda: wire.is_closed)
        if typed is not None and wire.is_closed:
            # Nobody would see whether it was right: no try of the card is used up for it.
            wipe(typed)
            return None
        return typed

    return ask


def _card_on(agent: Agent, wire: Wire) -> CardLink:
    until = time.monotonic() + agent.wait_seconds
    is_told = False
    while True:
        try:
            return agent.reader.connect()
        except NoCard:
            if time.monotonic() >= until or wire.is_closed:
                raise
        if not is_told:
            _tell(wire, type="progress", step="place_card")
            is_told = True
        time.sleep(PAUSE)


def _hear(wire: Wire, seconds: float) -> Mapping[str, Any]:
    try:
        said = json.loads(wire.recv(timeout=seconds))
    except (TimeoutError, ValueError) as error:
        raise NotPaired from error
    if not isinstance(said, dict):
        raise NotPaired
    return said


def _tell(wire: Wire, **message: Any) -> None:
    wire.send(json.dumps(message, ensure_ascii=False))
