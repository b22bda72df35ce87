"""Under which name failed sign-ins are counted."""

from collections.abc import Mapping
from typing import Any

from axes.utils import reset
from django.http import HttpRequest

from madoguchi.accounts.codes import normalise_staff_code
from madoguchi.ledger import vault

PURPOSE = "accounts.lockout"


def counted_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """Name a staff code by its keyed index: what was typed may be a password in the wrong field."""
    typed = (credentials or request.POST).get("staff_code")
    return _index(str(typed)) if typed else None


def forget_failures(*, staff_code: str) -> None:
    """Lift the lock of a staff code on every address."""
    reset(username=_index(staff_code))


def _index(staff_code: str) -> str:
    return vault.blind_index(value=normalise_staff_code(staff_code), purpose=PURPOSE).hex()
