"""Reports of errors to a Sentry of one's own: off unless an address is given, and rebuilt from scratch.

What an error says, what stood in variables, requests, cookies and users never leaves the process: a report is
made anew from the kinds of the errors, the places in our code and the city's code (reliability.md 2.6).
"""

from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

KEPT: Final = ("event_id", "timestamp", "level", "platform", "logger", "release", "environment")
KEPT_OF_A_FRAME: Final = ("filename", "function", "module", "lineno", "in_app")
FOREIGN: Final = ("sentry.io", "getsentry.com")


def error_sink(name: str, dsn: str) -> str:
    """Read where reports go: a server of one's own over https, never the public service abroad.

    Raises ImproperlyConfigured.
    """
    if not dsn:
        return ""
    parts = urlsplit(dsn)
    host = parts.hostname or ""
    if parts.scheme != "https" and host not in ("127.0.0.1", "localhost"):
        raise ImproperlyConfigured(f"{name} must be https://key@host/project")
    if host.endswith(FOREIGN):
        raise ImproperlyConfigured(
            f"{name} points to the public service, which keeps data outside Japan: run one of your own"
        )
    return dsn


def begin_reporting(*, dsn: str, release: str) -> None:
    """Send errors of this process to a Sentry; without an address nothing is even imported."""
    if not dsn:
        return
    import sentry_sdk
    from sentry_sdk.integrations.django import DjangoIntegration

    sentry_sdk.init(
        dsn=dsn,
        release=release,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        enable_logs=False,
        server_name="",
        integrations=[DjangoIntegration(transaction_style="function_name", signals_spans=False)],
        before_send=rebuilt,
        before_send_transaction=lambda event, hint: None,
        before_breadcrumb=lambda crumb, hint: None,
    )


def rebuilt(event: Any, hint: Any) -> Any:
    """Make the report anew from what can hold nothing of anybody."""
    made: dict[str, Any] = {name: event[name] for name in KEPT if event.get(name)}
    made["exception"] = {"values": [_error(each) for each in _errors(event)]}
    city = _city()
    made["tags"] = {"city": city} if city else {}
    return made


def _errors(event: Any) -> list[Any]:
    found = (event.get("exception") or {}).get("values") or []
    return [each for each in found if isinstance(each, dict)]


def _error(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames") or []
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "value": "",
        "stacktrace": {"frames": [_frame(frame) for frame in frames]},
    }


def _frame(frame: dict[str, Any]) -> dict[str, Any]:
    return {name: frame[name] for name in KEPT_OF_A_FRAME if name in frame}


def _city() -> str:
    from madoguchi.tenancy import current_city, is_in_city

    # A report of trouble with the database must not fail for the same reason.
    with suppress(Exception):
        return current_city().code if is_in_city() else ""
    return ""
