"""What became of a scan, told once on the page that follows it: going back never sends a scan again."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from plugins.card_management.services.shelves_reading import Read

KEY: Final = "card_management.shelves_scan"


def tell_at(request: HttpRequest, address: str, read_one: Read | None) -> HttpResponse:
    """Send the browser to a page, which tells what became of the scan."""
    if read_one is not None:
        request.session[KEY] = {
            "at": address,
            "is_good": read_one.is_good,
            "is_doubtful": read_one.is_doubtful,
            "text": str(read_one.text),
            "code": read_one.code,
            "card": str(read_one.card or ""),
            "among": [str(card) for card in read_one.among],
            # Only a choice sends the code again; otherwise its last signs are enough.
            "typed": request.POST.get("code", "")[:80] if read_one.among else "",
        }
    return redirect(address)


def told(request: HttpRequest) -> tuple[Read | None, str]:
    """Take what this page is to tell, with the code among whose cards somebody has to choose."""
    kept: dict[str, Any] = request.session.get(KEY) or {}
    if kept.get("at") != request.get_full_path():
        return None, ""
    del request.session[KEY]
    read_one = Read(
        is_good=kept["is_good"],
        is_doubtful=kept["is_doubtful"],
        text=kept["text"],
        code=kept["code"],
        card=UUID(kept["card"]) if kept["card"] else None,
        among=tuple(UUID(card) for card in kept["among"]),
    )
    return read_one, kept["typed"]
