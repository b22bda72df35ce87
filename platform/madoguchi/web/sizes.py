"""How much a visitor may send: residents fill in forms, and only staff send files."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from madoguchi.web import errors

RESIDENT: Final = "resident"
MOST_BYTES: Final = 256 * 1024


class SizeMiddleware:
    """Refuse what no form of the resident pages could be, before anybody reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "zone", "") == RESIDENT and _length(request) > MOST_BYTES:
            return errors.too_large(request)
        return self.get_response(request)


def _length(request: HttpRequest) -> int:
    # Of a body without a length nothing is ever read.
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0
