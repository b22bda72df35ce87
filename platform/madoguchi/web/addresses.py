"""Where a request comes from, and which of its headers only our own proxies may set."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# By these a proxy speaks for the browser behind it; from anybody else they are mere claims.
HEADERS_OF_PROXIES = ("HTTP_X_REAL_IP", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST")

# What lies outside of it, or stands for an IPv4 address in it, a translator may lead into our own network.
_OPEN_IPV6 = ip_network("2000::/3")
_SIX_TO_FOUR = ip_network("2002::/16")


@dataclass(frozen=True)
class Networks:
    """The networks of our own proxies; an address as text is in them or not."""

    networks: tuple[IPv4Network | IPv6Network, ...]

    def __contains__(self, peer: object, /) -> bool:
        if not isinstance(peer, str) or not is_address(peer):
            return False
        address = ip_address(peer)
        return any(address in network for network in self.networks)


class ProxyHeadersMiddleware:
    """Takes the headers of proxies away from requests that come from anybody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if str(request.META.get("REMOTE_ADDR", "")) not in settings.TRUSTED_PROXIES:
            tls_header = settings.SECURE_PROXY_SSL_HEADER
            for name in (*HEADERS_OF_PROXIES, *((tls_header[0],) if tls_header else ())):
                request.META.pop(name, None)
        return self.get_response(request)


def client_address(request: HttpRequest) -> str:
    """Name the address a request comes from, believing only our own proxy."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    claimed = str(request.META.get("HTTP_X_REAL_IP", "")).strip()
    # X-Forwarded-For is never read: whoever adds an entry would be a new person at each guess.
    if peer in settings.TRUSTED_PROXIES and is_address(claimed):
        return claimed
    return peer


def is_address(text: str) -> bool:
    """Tell whether a text is an IPv4 or IPv6 address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_public(text: str) -> bool:
    """Tell whether an address is of the open internet: nothing inside our walls, not even translated."""
    address = ip_address(text)
    if address.version == 6 and (address not in _OPEN_IPV6 or address in _SIX_TO_FOUR):
        return False
    return address.is_global and not address.is_multicast
