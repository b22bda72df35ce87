"""What gets into a log, and what never does: secrets of mailed links, and people's data."""

import json
import logging
import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from madoguchi.errors import DomainError
from madoguchi.ledger.audit.origin import current_origin
from madoguchi.tenancy import current_city, is_in_city

# Longer than a UUID, so that the numbers of cards and bookings stay readable.
SECRET = re.compile(r"(?<=/)[\w:.=-]{40,}(?=/|\?|$)")
PERSONAL: Final = (
    re.compile(r"[^\s\"'<>()=,;:/]+@[\w-]+(?:\.[\w-]+)+"),  # mail addresses
    re.compile(r"(?<![\w-])\+?\d[\d ()-]{8,}\d(?![\w-])"),  # telephone numbers, My Number
    re.compile(r"(?:DETAIL|詳細|CONTEXT):.*", re.DOTALL),  # where PostgreSQL quotes a row
    re.compile(r"(?<=\?)\S+"),  # what was asked for in an address
)
HIDDEN: Final = "…"
PLACES_OF_A_TRACE: Final = 40


class WithoutSecrets(logging.Filter):
    """Takes tokens out of the addresses in a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line, without the secrets in its words."""
        record.msg = SECRET.sub("…", record.msg) if isinstance(record.msg, str) else record.msg
        if isinstance(record.args, tuple):
            record.args = tuple(_cleaned(each) for each in record.args)
        return True


class RefusalsInOneLine(logging.Filter):
    """Takes the trace from refusals that strangers can cause as often as they like."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line alone when Django refused a request that was out of bounds."""
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True


def _cleaned(value: object) -> object:
    return SECRET.sub("…", value) if isinstance(value, str) else value


class JsonLines(logging.Formatter):
    """Writes one JSON object a line: which city and request, and of an error only its kind and its places."""

    def __init__(self, *, release: str = "all") -> None:
        super().__init__()
        self._release = release

    def format(self, record: logging.LogRecord) -> str:
        """Write the line; what an exception says stays out, because it quotes what people typed."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "release": self._release,
            "city": current_city().code if is_in_city() else None,
            "request": current_origin().request_id or None,
            "message": without_people(_words_of(record)),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = _errors(record.exc_info[1])
        return json.dumps(
            {name: value for name, value in line.items() if value is not None}, ensure_ascii=False
        )


def without_people(text: str) -> str:
    """Take addresses, telephone numbers and quoted rows out of a text."""
    for pattern in PERSONAL:
        text = pattern.sub(HIDDEN, text)
    return SECRET.sub(HIDDEN, text)


def _words_of(record: logging.LogRecord) -> str:
    """Give the words of a record with every exception in them named, not quoted."""
    arguments: Any = record.args
    if isinstance(arguments, Mapping):
        # Celery hands over what an exception says as text.
        arguments = {name: _named(value) for name, value in arguments.items()} | (
            {"exc": HIDDEN, "traceback": ""} if "exc" in arguments else {}
        )
    elif isinstance(arguments, tuple):
        arguments = tuple(_named(value) for value in arguments)
    try:
        return str(record.msg) % arguments if arguments else str(_named(record.msg))
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def _named(value: object) -> Any:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _errors(error: BaseException | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while error is not None and len(found) < 5:
        places = traceback.extract_tb(error.__traceback__)[-PLACES_OF_A_TRACE:]
        found.append(
            {
                "kind": f"{type(error).__module__}.{type(error).__qualname__}",
                "sqlstate": getattr(error, "sqlstate", None),
                "code": error.code if isinstance(error, DomainError) else None,
                "at": [f"{place.filename}:{place.lineno} {place.name}" for place in places],
            }
        )
        error = error.__cause__ or error.__context__
    return [{name: value for name, value in each.items() if value} for each in found]
