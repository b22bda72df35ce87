"""What a person had open last, remembered for as long as the session."""

from dataclasses import dataclass

from django.http import HttpRequest

KEY = "recent"
MOST = 6


@dataclass(frozen=True)
class Opened:
    """A page that was open."""

    label: str
    url: str


def note(request: HttpRequest, *, label: str) -> None:
    """Remember that this page was open; the label names no person."""
    now = [label, request.path]
    before: list[list[str]] = request.session.get(KEY, [])
    if before[:1] != [now]:
        request.session[KEY] = [now, *(each for each in before if each[1] != request.path)][:MOST]


def opened(request: HttpRequest) -> list[Opened]:
    """List what was open last."""
    return [Opened(label, url) for label, url in request.session.get(KEY, [])]
