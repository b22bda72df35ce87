"""The only place that signs: every token is bound to a city and a purpose."""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing as django_signing

from madoguchi.errors import NotFound
from madoguchi.tenancy import current_city


class BadToken(NotFound):
    """A token was changed, has expired, or belongs to another city or purpose."""

    code = "bad_token"


def sign(value: Any, *, purpose: str, now: datetime) -> str:
    """Sign a JSON value for this city and one purpose."""
    return django_signing.dumps([now.timestamp(), value], salt=_salt(purpose), compress=True)


def read(token: str, *, purpose: str, max_age: timedelta, now: datetime) -> Any:
    """Read back what sign() made in this city for this purpose, unless it is older than ``max_age``.

    Raises BadToken for anything else.
    """
    try:
        signed_at, value = django_signing.loads(token, salt=_salt(purpose))
    except (django_signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken(purpose=purpose) from error
    if now.timestamp() - signed_at > max_age.total_seconds():
        raise BadToken(purpose=purpose)
    return value


def _salt(purpose: str) -> str:
    return f"madoguchi|{current_city().uuid}|{purpose}"
