"""What a directory may cost, where it may stand, and what of its word is believed."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from madoguchi import clock
from madoguchi.accounts.identity import tokens, wire
from madoguchi.accounts.identity.errors import ProviderRefused, ProviderUnreachable


@contextmanager
def server_that(answers: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that misbehaves."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    taken, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=_serve_one, args=(taken, answers), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _serve_one(taken: socket.socket, answers: Callable[[socket.socket], None]) -> None:
    with taken:
        try:
            taken.recv(4096)
            answers(taken)
        except OSError:
            pass


def _endless(taken: socket.socket) -> None:
    taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while True:
        taken.sendall(b"1," * 50_000)


def _dripping(taken: socket.socket) -> None:
    taken.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(100):
        taken.sendall(b" ")
        time.sleep(0.1)


def _moved(taken: socket.socket) -> None:
    taken.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize("answers", [_endless, _dripping, _moved])
def test_a_directory_that_misbehaves_costs_no_more_than_its_time(
    answers: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "SECONDS", 0.8)
    began = time.monotonic()
    with server_that(answers) as address, pytest.raises(ProviderUnreachable):
        wire.ask(url=address)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://user:pass@example.com/",
        "file:///etc/passwd",
        "https://",
        "http://[::ffff:169.254.169.254]/",
    ],
)
def test_addresses_that_could_lead_into_our_own_network_are_refused(address: str) -> None:
    with pytest.raises(ProviderUnreachable):
        wire.ensure_askable(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "169.254.169.254", "10.0.0.1", "[::1]", "0.0.0.0"]
)
def test_inner_addresses_are_asked_only_where_the_installation_names_them(host: str, settings: Any) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "PROVIDER_NETWORKS": ()}
    for scheme in ("http", "https"):
        with pytest.raises(ProviderUnreachable) as refused:
            wire.ask(url=f"{scheme}://{host}:1/")
        assert refused.value.details["reason"] == "network"


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
JWK = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "one", "use": "sig"}


def token(key: Any = KEY, alg: str = "RS256", **changes: Any) -> str:
    moment = clock.now().timestamp()
    claims = {
        "iss": "https://idp.example",
        "aud": "madoguchi",
        "sub": "x",
        "nonce": "n",
        "iat": moment,
        "exp": moment + 300,
        **changes,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm=alg, headers={"kid": "one"})


def read(text: str) -> dict[str, Any]:
    return tokens.read(
        text, keys=[JWK], issuer="https://idp.example", client_id="madoguchi", nonce="n", now=clock.now()
    )


def test_a_statement_is_believed_only_when_every_part_of_it_is_right() -> None:
    assert read(token())["sub"] == "x"
    moment = clock.now().timestamp()
    public = JWK["n"]
    for wrong in (
        token(OTHER),
        token("a-secret-of-thirty-two-letters-and-more", "HS256"),
        token(public, "HS256"),
        token("", "none"),
        token(iss="https://evil.example"),
        token(aud="another"),
        token(aud=["madoguchi", "another"], azp="another"),
        token(nonce="m"),
        token(nonce=None),
        token(exp=moment - 500),
        token(exp=None),
        token(iat=moment + 500),
        token(sub=None),
        token(sub=""),
        "no.token.atall",
        "",
        token()[:-6] + "AAAAAA",
    ):
        with pytest.raises(ProviderRefused):
            read(wrong)
