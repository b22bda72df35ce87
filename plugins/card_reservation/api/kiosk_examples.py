"""What a terminal sends and is sent, written out for whoever builds one."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample

_PICKUP: Final[dict[str, Any]] = {
    "people": [{"reference": "SAM000001", "birthday": "0229"}],
    "slot": "5a0e8c4e-0a52-4f5e-9d43-4ae1a3c1f001",
    "cautions": ["in_person", "documents", "pins", "on_time"],
    "cautions_version": "2026-12",
    "agreed": ["terms-1", "privacy-1"],
    "language": "en",
}

PICKUP: Final = OpenApiExample("The pick-up", value=_PICKUP, request_only=True)
OTHER: Final = OpenApiExample(
    "Another service",
    value={**_PICKUP, "service": "sunday", "cautions": ["c1"], "cautions_version": "2026-12-01-1"},
    request_only=True,
)
SERVICES: Final = OpenApiExample(
    "Two services",
    value={
        "results": [
            {
                "code": "pickup",
                "name": "Pick up a My Number card",
                "summary": "For those who received the notice (postcard).",
                "duration_minutes": 30,
                "what_to_bring": ["The notice (postcard)", "An identity document with a photo"],
                "largest_party": 5,
                "is_for_terminals": True,
                "refusal": "",
            },
            {
                "code": "pin_reset",
                "name": "Change or reset the PIN",
                "summary": "For those who forgot the PIN or are locked out.",
                "duration_minutes": 15,
                "what_to_bring": ["My Number card"],
                "largest_party": 1,
                "is_for_terminals": False,
                "refusal": "This cannot be booked at this terminal. Please ask the staff nearby.",
            },
        ]
    },
    response_only=True,
)
