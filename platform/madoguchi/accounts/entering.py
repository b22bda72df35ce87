"""The last step in: after whatever proof, a session begins, or waits for one more proof."""

from datetime import datetime

from django.http import HttpRequest

from madoguchi.accounts import sessions
from madoguchi.accounts.acting import record, staff_actor
from madoguchi.accounts.errors import SecondStepNeeded
from madoguchi.accounts.methods import counting, passwords, second_step
from madoguchi.accounts.methods.policy import (
    SignInRules,
    is_administrator,
    is_trusted,
    needs_second_step,
    sign_in_rules,
)
from madoguchi.accounts.models import Staff
from madoguchi.web.addresses import client_address

# In the session of somebody who has to add a method before anything else.
ADDS_METHOD = "adds_method"


def enter(*, request: HttpRequest, staff: Staff, how: str, now: datetime) -> None:
    """Begin the session of somebody whose first step was right, unless one more is needed.

    Raises SecondStepNeeded.
    """
    rules = sign_in_rules()
    guessed = counting.failures_today(name=staff.staff_code, now=now) >= rules.guesses_a_day
    is_asked = needs_second_step(staff=staff, address=client_address(request), rules=rules)
    methods = second_step.methods_of(staff)
    if methods.is_ready and (is_asked or guessed or not is_waived(staff, request=request, rules=rules)):
        second_step.begin(request, staff=staff, how=how, by_mail=False, now=now)
        raise SecondStepNeeded
    if guessed and staff.email:
        second_step.begin(request, staff=staff, how=how, by_mail=True, now=now)
        raise SecondStepNeeded
    admit(request=request, staff=staff, how=how, now=now)
    if is_asked and not methods.is_ready:
        request.session[ADDS_METHOD] = True


def is_waived(staff: Staff, *, request: HttpRequest, rules: SignInRules) -> bool:
    """Tell whether the network somebody comes from stands for the second step; never for administrators."""
    return is_trusted(address=client_address(request), rules=rules) and not is_administrator(staff)


def finish_second_step(
    *, request: HttpRequest, waiting: second_step.Pending, method: str, now: datetime
) -> None:
    """Begin the session of somebody whose second step was right, too."""
    second_step.drop(request)
    second_step.forget_failures(waiting.staff)
    counting.forget(name=waiting.staff.staff_code)
    admit(request=request, staff=waiting.staff, how=f"{waiting.how}+{method}", now=now)


def admit(*, request: HttpRequest, staff: Staff, how: str, now: datetime) -> None:
    """Begin the session and write down by what means."""
    sessions.begin(request=request, staff=staff, now=now)
    counting.forget_old(now=now)
    if how.startswith("password"):
        _age_password(staff, now)
    record(
        actor=staff_actor(staff),
        action="accounts.signed_in",
        staff=staff.id,
        details={"method": how.split("+")},
        now=now,
    )


def _age_password(staff: Staff, now: datetime) -> None:
    if staff.password_set_at is None:
        # Set before anybody counted: its time begins now.
        staff.password_set_at = now
        staff.save(update_fields=["password_set_at"])
    elif passwords.has_expired(staff=staff, now=now) and not staff.must_change_password:
        staff.must_change_password = True
        staff.save(update_fields=["must_change_password"])
