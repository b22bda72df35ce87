"""What answers where a city is in trial, rests, closes or is gone: its state decides, never a view.

Announced work closes the doors, too (maintenance.py).
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from madoguchi.standing import Pages, standing
from madoguchi.web import errors, maintenance

View = Callable[..., HttpResponseBase]
READING = ("GET", "HEAD", "OPTIONS")
RESIDENT = "resident"
LOOK_AWAY = "noindex, nofollow"


def works_while_resting(view: View) -> View:
    """Let a view of staff change something even while the city is suspended, such as signing in."""
    view.works_while_resting = True  # type: ignore[attr-defined]
    return view


class DoorsMiddleware:
    """Answer for a city whose doors are not open, before anything of it is asked for.

    It stands below the choice of the language, so that the page speaks the reader's, and above
    everything that would ask the city's tables.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # What answers at a closed door asks no table of the city.
        request.is_at_door = True  # type: ignore[attr-defined]
        closed = _closed_page(request) or maintenance.answer_for(request)
        request.is_at_door = False  # type: ignore[attr-defined]
        if closed is not None:
            return closed
        response = self.get_response(request)
        if _is_trial(request):
            response["X-Robots-Tag"] = LOOK_AWAY
        return response

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse staff a change while their city rests; reading goes on."""
        if request.method in READING or _door(request) != "resting":
            return None
        if getattr(view, "works_while_resting", False):
            return None
        return errors.city_is_read_only(request)


def _closed_page(request: HttpRequest) -> HttpResponse | None:
    door = _door(request)
    if door == "gone":
        return errors.city_is_gone(request)
    if door == "resting" and _zone(request) == RESIDENT:
        return errors.city_rests(request)
    return None


def _door(request: HttpRequest) -> Pages:
    city = getattr(request, "city", None)
    if city is None:
        return "open"
    found = standing(city.state)
    return found.residents if _zone(request) == RESIDENT else found.staff


def _is_trial(request: HttpRequest) -> bool:
    city = getattr(request, "city", None)
    return city is not None and standing(city.state).is_trial


def _zone(request: HttpRequest) -> str:
    return getattr(request, "zone", "")
