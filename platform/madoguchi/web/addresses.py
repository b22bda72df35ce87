from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


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
