"""Every address of a zone, with something plausible in place of its variables."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RoutePattern

SAMPLES = {
    "int": "1",
    "uuid": "11111111-1111-4111-8111-111111111111",
    "slug": "sample",
    "str": "sample",
    "path": "sample",
}
VARIABLE = re.compile(r"<(?:(\w+):)?\w+>")
# A catch-all is no address of its own.
CATCH_ALLS = ("^.*/$", r"^((?:[\w\-]+/)*)$")


def addresses(urlconf: str) -> list[str]:
    """list the addresses that a module of URL patterns serves."""
    return sorted({f"/{path}" for path in _below(get_resolver(urlconf))})


def _below(resolver: URLResolver) -> Iterator[str]:
    for found in resolver.url_patterns:
        for start in _written(found.pattern):
            if isinstance(found, URLResolver):
                yield from (f"{start}{rest}" for rest in _below(found))
            else:
                yield start


def _written(pattern: Any) -> list[str]:
    if isinstance(pattern, LocalePrefixPattern):
        return ["", "en/"]
    if isinstance(pattern, RoutePattern):
        return [VARIABLE.sub(lambda found: SAMPLES.get(found.group(1) or "str", "sample"), str(pattern))]
    text = str(pattern)
    if text in CATCH_ALLS:
        return []
    text = re.sub(r"\(\?P<\w+>[^()]*\)", "1", text)
    return [text.removeprefix("^").removesuffix("$").replace("\\", "")]
