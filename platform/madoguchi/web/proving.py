"""Pages that ask once more who somebody is; the room of accounts lies above and does the asking."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string

from madoguchi.web.access import View


def proved_first(*, back: str = "") -> Callable[[View], View]:
    """Ask for a fresh proof before a view; what cannot be repeated by itself goes on at the page ``back``."""

    def decorate(view: View) -> View:
        @wraps(view)
        def proved(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            guard = import_string(settings.MADOGUCHI["PROOF"])
            answer: HttpResponseBase = guard(back=back)(view)(request, *args, **kwargs)
            return answer

        return proved

    return decorate
