"""Only our own proxies speak for the browser behind them."""

from ipaddress import ip_network

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from madoguchi.web.addresses import Networks, ProxyHeadersMiddleware, client_address

OURS = Networks((ip_network("10.1.0.0/16"), ip_network("fd00::/8")))


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = OURS
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def ask(peer: str) -> HttpRequest:
    """Send a request that claims to come over https from somewhere else."""
    request = RequestFactory().get(
        "/",
        REMOTE_ADDR=peer,
        headers={
            "x-forwarded-proto": "https",
            "x-real-ip": "198.51.100.9",
            "x-forwarded-for": "198.51.100.9",
            "x-forwarded-host": "staff.example.jp",
        },
    )
    ProxyHeadersMiddleware(lambda _: HttpResponse())(request)
    return request


@pytest.mark.parametrize("peer", ["10.1.2.3", "fd00::5"])
def test_our_proxy_is_believed(peer: str) -> None:
    request = ask(peer)
    assert request.is_secure()
    assert client_address(request) == "198.51.100.9"


@pytest.mark.parametrize("peer", ["10.2.0.1", "203.0.113.4", "2001:db8::1", "", "unix:"])
def test_anybody_else_is_taken_for_what_they_are(peer: str) -> None:
    request = ask(peer)
    assert not request.is_secure()
    assert client_address(request) == peer
    assert not [name for name in request.META if "FORWARDED" in name or "REAL_IP" in name]


def test_no_header_is_believed_unless_named(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = None
    assert not ask("10.1.2.3").is_secure()


def test_networks_hold_addresses_and_nothing_else() -> None:
    assert "10.1.255.255" in OURS
    assert "10.1.0.0/16" not in OURS
    assert None not in OURS
