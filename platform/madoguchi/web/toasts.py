"""What was just done, said on the next page of the same person, with a way back."""

from django.http import HttpRequest

KEY = "toast"


def leave(request: HttpRequest, *, text: str, undo_url: str) -> None:
    """Keep a sentence and the address that takes the act back for the next page."""
    request.session[KEY] = {"text": text, "undo_url": undo_url}


def take(request: HttpRequest) -> dict[str, str] | None:
    """Give what was kept, once."""
    session = getattr(request, "session", None)
    if session is None or KEY not in session:
        return None
    found: dict[str, str] = session.pop(KEY)
    return found
