"""An event reaches a real https server with a signature, comes again until it is taken, and names nobody."""

import hmac
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django import Settings

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox import services as outbox
from madoguchi.ledger.outbox.delivery import deliver_next
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.tenancy import City, in_city
from madoguchi.web.api import posting, sending, tasks, webhooks
from madoguchi.web.api.models import Webhook, WebhookMessage
from madoguchi.web.api.tests.machines import MAKER

pytestmark = pytest.mark.django_db(transaction=True)


class Taker(BaseHTTPRequestHandler):
    """Takes messages, or refuses so many of them first."""

    taken: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    refuses: ClassVar[int] = 0

    def do_POST(self) -> None:
        """Keep what came."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if Taker.refuses:
            Taker.refuses -= 1
            self.send_response(503)
        else:
            Taker.taken.append((dict(self.headers), body))
            self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address(tmp_path: Path, settings: Settings) -> Iterator[str]:
    """A server with a certificate of a city's own authority, on this machine."""
    key, public = certificate()
    keyfile, cafile = tmp_path / "key.pem", tmp_path / "ca.pem"
    keyfile.write_bytes(key)
    cafile.write_bytes(public)
    server = HTTPServer(("127.0.0.1", 0), Taker)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cafile, keyfile)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    port = server.server_address[1]
    settings.MADOGUCHI = {
        **settings.MADOGUCHI,
        "WEBHOOK_PORTS": frozenset({port}),
        "WEBHOOK_NETWORKS": ("127.0.0.0/8",),
        "WEBHOOK_CA_FILE": str(cafile),
    }
    Taker.taken.clear()
    Taker.refuses = 0
    yield f"https://127.0.0.1:{port}/told"
    server.shutdown()
    thread.join()
    server.server_close()


def certificate() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kiosk")])
    now = clock.now()
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret, built.public_bytes(serialization.Encoding.PEM)


def _register(address: str) -> webhooks.MadeWebhook:
    return webhooks.register(
        label="表示盤", address=address, events=[PickupBooked.kind], actor=MAKER, now=clock.now()
    )


def _book() -> None:
    event = PickupBooked(
        booking_id=uuid4(),
        number="K7P2-9M4X",
        place_id=uuid4(),
        slot_starts_at=clock.now(),
        pickups=(uuid4(),),
        channel="phone",
        contact_id=uuid4(),
    )
    outbox.publish(event=event, actor=SYSTEM, now=clock.now())


def _deliver(city: City) -> None:
    """Let the relay hear and a worker send what is due."""
    while deliver_next(city=city):
        pass
    with in_city(city):
        waiting = sending.with_due_messages(now=clock.now())
    for webhook_id in waiting:
        _send(city, webhook_id)


def _send(city: City, webhook_id: UUID) -> None:
    pause: timedelta | None = timedelta()
    while pause == timedelta():
        with in_city(city):
            pause = sending.send_next(webhook_id=webhook_id, now=clock.now())


def _come_round(city: City) -> None:
    """Let the pauses pass."""
    with in_city(city):
        WebhookMessage.objects.update(next_at=clock.now())
        Webhook.objects.update(rests_until=None)


def test_a_booking_is_told_signed_and_without_people(home: City, address: str) -> None:
    with in_city(home):
        made = _register(address)
        _book()
    _deliver(home)
    ((headers, body),) = Taker.taken
    moment, signed = (part.partition("=")[2] for part in headers["Madoguchi-Signature"].split(","))
    wanted = hmac.digest(made.secret.encode(), f"{moment}.".encode() + body, "sha256").hex()
    assert signed == wanted
    told = json.loads(body)
    assert told["event"] == "card_reservation.pickup_booked"
    assert told["content"]["number"] == "K7P2-9M4X"
    assert not {"pickups", "contact_id"} & told["content"].keys()
    with in_city(home):
        assert WebhookMessage.objects.get().state == "delivered"


def test_what_is_not_taken_comes_again_and_arrives_once(home: City, address: str) -> None:
    Taker.refuses = 2
    with in_city(home):
        made = _register(address)
        webhooks.ping(webhook_id=made.id, actor=MAKER, now=clock.now())
    for _turn in range(3):
        _deliver(home)
        _come_round(home)
    with in_city(home):
        line = webhooks.messages_of(webhook=webhooks.find(webhook_id=made.id))[0]
    assert len(Taker.taken) == 1
    assert (line.attempts, line.state, line.why) == (3, "delivered", "")


def test_an_address_that_never_answers_rests_and_delays_nobody(home: City, address: str) -> None:
    Taker.refuses = 100
    with in_city(home):
        silent = _register(address)
        for _ in range(8):
            _book()
    _deliver(home)
    for _turn in range(2 * sending.REST_AFTER):
        with in_city(home):
            if sending.resting(now=clock.now()).exists():
                break
            WebhookMessage.objects.update(next_at=None)
        _send(home, silent.id)
    assert Taker.refuses == 100 - sending.REST_AFTER, "then it is left in peace"
    with in_city(home):
        assert not OutboxEvent.objects.filter(done_at=None).exists(), "the relay waited for nothing"
        assert sending.with_due_messages(now=clock.now()) == []
        Taker.refuses = 0
        webhooks.ping(webhook_id=silent.id, actor=MAKER, now=clock.now())
    _deliver(home)
    assert len(Taker.taken) == 9, "a test ends the rest and brings what waited"
    with in_city(home):
        assert (Webhook.objects.get().failures, Webhook.objects.get().rests_until) == (0, None)


def test_one_worker_at_a_time_speaks_to_an_address(home: City, address: str) -> None:
    with in_city(home):
        made = _register(address)
        webhooks.ping(webhook_id=made.id, actor=MAKER, now=clock.now())

    def another() -> None:
        with in_city(home):
            sending.send_next(webhook_id=made.id, now=clock.now())

    with in_city(home):
        assert sending._take(made.id)
        thread = Thread(target=another)
        thread.start()
        thread.join()
    assert Taker.taken == []
    _deliver(home)
    assert len(Taker.taken) == 1


def test_a_worker_is_asked_once_the_event_is_written_and_comes_back_for_the_next(
    home: City, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, float]] = []

    def note(_args: None, wanted: dict[str, str], *, countdown: float) -> None:
        asked.append((wanted["webhook_id"], countdown))

    monkeypatch.setattr(tasks.send_message._get_current_object(), "apply_async", note)
    with in_city(home):
        made = _register(address)
        for _ in range(2):
            webhooks.ping(webhook_id=made.id, actor=MAKER, now=clock.now())
        assert asked == [], "not before the commit"
    assert asked == [(str(made.id), 0.0)] * 2
    asked.clear()
    for _ in range(2):
        with in_city(home):
            tasks.send_message.run(webhook_id=str(made.id))
    assert asked == [(str(made.id), 0.0)], "once for the second message, then nothing is left"
    assert len(Taker.taken) == 2
    with in_city(home):
        WebhookMessage.objects.update(state="waiting", next_at=None)
        tasks.send_messages.run()
    assert len(asked) == 2, "the sweep finds what nobody sends"


def test_what_was_not_taken_for_three_days_is_given_up_with_its_reason(home: City, address: str) -> None:
    Taker.refuses = 1
    with in_city(home):
        made = _register(address)
        webhooks.ping(webhook_id=made.id, actor=MAKER, now=clock.now())
        late = clock.now() + sending.GIVEN_UP_AFTER + timedelta(minutes=1)
        assert sending.send_next(webhook_id=made.id, now=late) is None
        message = WebhookMessage.objects.get()
    assert (message.state, message.why) == ("failed", "503")


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 15), (6, 30), (9, 240), (10, 360), (9_000, 360)]
)
def test_a_rest_grows_with_the_failures_and_ends_some_day(failures: int, minutes: int) -> None:
    assert sending.rest_after(failures=failures) == timedelta(minutes=minutes)


def test_an_address_that_was_stopped_hears_nothing(home: City, address: str) -> None:
    with in_city(home):
        made = _register(address)
        _book()
        webhooks.stop(webhook_id=made.id, actor=MAKER, now=clock.now())
    _deliver(home)
    assert Taker.taken == []


def test_nothing_is_sent_inside_our_own_walls(home: City, address: str, settings: Settings) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "WEBHOOK_NETWORKS": ()}
    with in_city(home):
        made = _register(address)
        webhooks.ping(webhook_id=made.id, actor=MAKER, now=clock.now())
    _deliver(home)
    assert Taker.taken == []
    with in_city(home):
        assert WebhookMessage.objects.get().state == "failed"


def test_a_certificate_that_nobody_vouches_for_is_not_believed(address: str, settings: Settings) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "WEBHOOK_CA_FILE": ""}
    with pytest.raises(posting.NotTaken, match="SSLCertVerificationError"):
        posting.send(posting.Post(address=address, headers={}, body=b"{}"))


def test_an_answer_that_drips_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()

    def drip() -> None:
        with theirs:
            for sign in b"HTTP/1.1 " * 40:
                try:
                    theirs.sendall(bytes([sign]))
                except OSError:
                    return
                sleep(0.05)

    Thread(target=drip, daemon=True).start()
    began = monotonic()
    with ours, pytest.raises((TimeoutError, ValueError)):
        posting._status(ours, began + 0.5)
    assert monotonic() - began < 3


@pytest.mark.parametrize("line", [b"", b"220 mail ready\n", b"HTTP/1.1\n", b"x" * 5000])
def test_what_is_no_answer_is_not_taken_for_one(line: bytes) -> None:
    ours, theirs = socket.socketpair()
    theirs.sendall(line)
    theirs.close()
    with ours, pytest.raises(ValueError, match="no status"):
        posting._status(ours, monotonic() + 5)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.114.7", True),
        ("2606:4700::1111", True),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::a00:1", False),
        ("2002:a00:1::", False),
        ("::a00:1", False),
        ("fec0::1", False),
        ("::ffff:10.0.0.1", False),
        ("ff0e::1", False),
        ("224.0.0.1", False),
        ("100.64.0.1", False),
    ],
)
def test_no_spelling_of_an_address_leads_inside(address: str, expected: bool) -> None:
    assert posting._is_outside(address) is expected
