"""Under which name failed sign-ins are counted."""

from collections.abc import Mapping
from typing import Any

from axes.utils import reset
from django.http import HttpRequest

from madoguchi.accounts.codes import normalise_staff_code
from madoguchi.accounts.methods import counting
from madoguchi.ledger import vault

PURPOSE = "accounts.lockout"


def counted_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """Name a staff code by its keyed index: what was typed may be a password in the wrong field."""
    typed = (credentials or request.POST).get("staff_code")
    return _index(str(typed)) if typed else None


def counted_index(*, staff_code: str) -> str:
    """Give the name under which the failures of a staff code are counted."""
    return _index(staff_code)


def forget_failures(*, staff_code: str) -> None:
    """Lift the lock of a staff code on every address, and forget how often it was guessed at."""
    reset(username=_index(staff_code))
    counting.forget(name=normalise_staff_code(staff_code))


def _index(staff_code: str) -> str:
    return vault.blind_index(value=normalise_staff_code(staff_code), purpose=PURPOSE).hex()
