"""A round tells what a resident would meet, and says nothing about what it could not see."""

import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tenants.watch.black_box import NoAnswer, ask
from tenants.watch.probing import Paces, Places, Sweep, Target
from tenants.watch.tests.conftest import Fleet, Site

Rush = Callable[..., Paces]


def look(targets: list[Target], paces: Paces, **more: Any) -> dict[str, dict[str, bool]]:
    samples = Sweep(paces=paces, **more).run(targets)
    names = {target.city: target.name for target in targets}
    found: dict[str, dict[str, bool]] = {}
    for sample in samples:
        found.setdefault(names[sample.city], {})[sample.plugin] = sample.is_down
    return found


def test_a_city_that_answers_is_up_with_every_plugin(fleet: Fleet, rush: Rush) -> None:
    assert look([fleet.add("midori")], rush()) == {"midori": {"": False, "cms": False, "booking": False}}
    assert [path for _, path, _ in fleet.asked] == ["/healthz", "/", "/sign-in/"]


def test_a_plugin_that_cannot_be_read_reddens_itself_alone(fleet: Fleet, rush: Rush) -> None:
    ill = Site(health=b'{"plugins": {"cms": "up", "booking": "down"}}', status={"/healthz": 503})
    found = look([fleet.add("midori", ill), fleet.add("kasumi")], rush())
    assert found["midori"] == {"": False, "cms": False, "booking": True}
    assert found["kasumi"] == {"": False, "cms": False, "booking": False}


@pytest.mark.parametrize("path", ["/", "/sign-in/"])
def test_a_page_that_fails_reddens_the_site(fleet: Fleet, rush: Rush, path: str) -> None:
    found = look([fleet.add("midori", Site(status={path: 500}))], rush())
    assert found["midori"] == {"": True, "cms": False, "booking": False}


@pytest.mark.parametrize("path", ["/", "/sign-in/"])
def test_a_page_that_takes_too_long_is_down(fleet: Fleet, rush: Rush, path: str) -> None:
    found = look([fleet.add("midori", Site(seconds={path: 2.0}))], rush())
    assert found["midori"][""] is True


@pytest.mark.parametrize(
    "site",
    [
        Site(health=b"<h1>Not Found</h1>"),
        Site(health=b'{"plugins": null}'),
        Site(status={"/healthz": 500}),
        Site(is_cut_off=True),
        Site(seconds={"/healthz": 2.0}),
    ],
)
def test_a_city_without_an_answer_is_down_with_every_plugin(fleet: Fleet, rush: Rush, site: Site) -> None:
    assert look([fleet.add("midori", site)], rush())["midori"] == {"": True, "cms": True, "booking": True}


def test_a_plugin_that_the_answer_leaves_out_was_not_seen(fleet: Fleet, rush: Rush) -> None:
    found = look([fleet.add("midori", Site(health=b'{"plugins": {"cms": "up"}}'))], rush())
    assert found["midori"] == {"": False, "cms": False}


def test_a_server_that_is_not_there_is_down(fleet: Fleet, rush: Rush) -> None:
    gone = Target(city=fleet.add("x").city, name="gone", resident_url="http://gone.localhost:1")
    assert look([gone], rush())["gone"] == {"": True}


def test_what_could_not_be_asked_before_the_end_of_the_round_is_not_told(fleet: Fleet, rush: Rush) -> None:
    slow = fleet.add("slow", Site(seconds={"/": 5.0}))
    begin = time.monotonic()
    found = look([slow, fleet.add("midori")], rush(probe=5.0, sweep=0.8))
    assert "slow" not in found
    assert found["midori"][""] is False
    assert time.monotonic() - begin < 2.0


def test_a_round_that_is_told_to_stop_keeps_what_has_answered(fleet: Fleet, rush: Rush) -> None:
    stopping = threading.Event()
    threading.Timer(0.3, stopping.set).start()
    many = [fleet.add(f"city{number}") for number in range(20)]
    begin = time.monotonic()
    found = look(many, rush(spread=10.0, sweep=20.0), stopping=stopping)
    assert time.monotonic() - begin < 2.0
    assert 0 < len(found) < 20


def test_probes_are_spread_and_their_number_at_once_is_bounded(fleet: Fleet, rush: Rush) -> None:
    many = [fleet.add(f"city{number}", Site(seconds={"/": 0.1})) for number in range(40)]
    found = look(many, rush(at_once=5, spread=0.4, probe=5.0, sweep=10.0))
    assert len(found) == 40
    assert fleet.most_at_once <= 5
    first = {name: at for name, path, at in reversed(fleet.asked) if path == "/healthz"}
    assert max(first.values()) - min(first.values()) >= 0.35


def test_servers_inside_are_asked_under_the_public_names(fleet: Fleet, rush: Rush) -> None:
    inside = Target(
        city=fleet.add("midori.example").city,
        name="midori",
        resident_url="https://midori.localhost",
        staff_url="https://staff.midori.localhost",
    )
    fleet.add("midori")
    at = f"127.0.0.1:{fleet.port}"
    assert look([inside], rush(), places=Places(residents=at, staff=at)) == {"midori": {"": False}}


def test_a_certificate_that_nobody_vouches_for_is_no_answer(tmp_path: Path) -> None:
    certificate = _certificate(tmp_path, name="midori.localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(NoAnswer, match="SSLCertVerificationError"):
            ask(f"https://midori.localhost:{server.server_port}/", seconds=5)
        server.shutdown()


def _certificate(folder: Path, *, name: str) -> Path:
    """Make a certificate that signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1, begin, begin + timedelta(days=9_000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    return path


def test_a_page_that_drips_is_too_slow(fleet: Fleet) -> None:
    fleet.add("midori", Site(seconds={"/": 1.0}))
    with pytest.raises(NoAnswer) as refusal:
        ask(f"http://midori.localhost:{fleet.port}/", seconds=0.3)
    assert refusal.value.was_slow
