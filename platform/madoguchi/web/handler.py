"""The door of the web process: what stands behind a fixed address is looked up once, not at every request."""

from typing import Any, Final

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import ResolverMatch, set_urlconf
from django.utils.translation import get_language

# Addresses without a part that varies: as many as there are of them, in as many languages.
_KNOWN: Final[dict[tuple[Any, ...], ResolverMatch]] = {}


class Handler(WSGIHandler):
    """Remembers which page has which address."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Find the page of an address."""
        urlconf = getattr(request, "urlconf", None)
        key = urlconf, get_language(), request.path_info
        found = _KNOWN.get(key)
        if found is None:
            found = super().resolve_request(request)
            if not found.args and not found.kwargs:
                _KNOWN[key] = found
            return found
        if urlconf is not None:
            set_urlconf(urlconf)
        request.resolver_match = found
        return found
