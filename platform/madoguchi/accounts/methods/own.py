"""A person's own methods: adding, taking away, and proving first that it is still the same person."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest

from madoguchi.accounts import sessions
from madoguchi.accounts.acting import record
from madoguchi.accounts.credentials import AuthenticatorApp, MailCode, Passkey, RecoveryCode
from madoguchi.accounts.errors import LastMethod
from madoguchi.accounts.events import StaffNoticed
from madoguchi.accounts.methods import authenticator, counting, passkeys, recovery, second_step
from madoguchi.accounts.methods.policy import is_administrator, sign_in_rules
from madoguchi.accounts.models import Staff
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox

PROVED_AT = "proved_at"
FRESH = timedelta(minutes=15)


def is_fresh(request: HttpRequest, *, now: datetime) -> bool:
    """Tell whether somebody proved who they are a short while ago: a screen left open must not be enough."""
    marks = (sessions.SIGNED_IN_AT, PROVED_AT)
    newest = max(float(request.session.get(mark, 0)) for mark in marks)
    return now.timestamp() - newest < FRESH.total_seconds()


def prove(request: HttpRequest, *, staff: Staff, password: str, now: datetime) -> bool:
    """Tell whether this is the person's password, and remember that it was."""
    name = f"again:{staff.id}"
    if counting.is_resting(name=name, now=now):
        return False
    if not staff.check_password(password):
        counting.count_failure(name=name, now=now)
        return False
    request.session[PROVED_AT] = now.timestamp()
    return True


def prove_by_code(request: HttpRequest, *, staff: Staff, code: str, now: datetime) -> None:
    """Accept the digits of the person's app or a code from paper, and remember it.

    Raises SecondStepRefused, and SecondStepRests after ten wrong ones.
    """
    again = second_step.Pending(staff, "again", by_mail=False)
    second_step.accept_code(again, code=code, now=now)
    second_step.forget_failures(staff)
    request.session[PROVED_AT] = now.timestamp()


def prove_by_passkey(request: HttpRequest, *, staff: Staff, answer: str, now: datetime) -> None:
    """Accept the answer of one of the person's keys, and remember it.

    Raises PasskeyRefused.
    """
    passkeys.finish_asking(request, staff=staff, answer=answer, now=now)
    request.session[PROVED_AT] = now.timestamp()


def add_app(*, staff: Staff, secret: str, digits: str, now: datetime) -> bool:
    """Keep the secret of an app that shows the right digits for it; tell whether it does."""
    step = authenticator.matching_step(secret=secret, digits=recovery.plain(digits), after=0, now=now)
    if step is None:
        return False
    authenticator.add(staff=staff, secret=secret, step=step, now=now)
    _tell(staff, "added", {"method": "app"}, now)
    return True


def add_passkey(request: HttpRequest, *, staff: Staff, answer: str, name: str, now: datetime) -> Passkey:
    """Keep the key that the browser made.

    Raises PasskeyRefused.
    """
    key = passkeys.finish_adding(request, staff=staff, answer=answer, name=name, now=now)
    _tell(staff, "added", {"method": "passkey"}, now)
    return key


def remove_app(*, staff: Staff, now: datetime) -> None:
    """Take the app of a person away.

    Raises LastMethod where the city asks for a second step.
    """
    _ensure_one_stays(staff, passkeys_left=Passkey.objects.filter(staff=staff).count(), keeps_app=False)
    if AuthenticatorApp.objects.filter(staff=staff).delete()[0]:
        _tell(staff, "removed", {"method": "app"}, now)


def remove_passkey(*, staff: Staff, key_id: UUID, now: datetime) -> bool:
    """Take a key of the person away; tell whether there was one.

    Raises LastMethod where the city asks for a second step.
    """
    mine = Passkey.objects.filter(staff=staff)
    key = mine.filter(id=key_id).first()
    if key is None:
        return False
    has_app = AuthenticatorApp.objects.filter(staff=staff).exists()
    _ensure_one_stays(staff, passkeys_left=mine.count() - 1, keeps_app=has_app)
    key.delete()
    _tell(staff, "removed", {"method": "passkey"}, now)
    return True


def make_codes(*, staff: Staff, now: datetime) -> list[str]:
    """Make new codes on paper in the place of the earlier ones."""
    codes = recovery.make_codes(staff=staff, now=now)
    record(actor=staff.actor, action="accounts.recovery_codes_made", staff=staff.id, now=now)
    return codes


def take_all_away(*, staff_id: UUID, reason: str, actor: Actor, now: datetime) -> Staff:
    """Take every method of somebody away who has lost them, end their sessions and tell them by mail."""
    staff = Staff.objects.select_for_update().get(id=staff_id)
    for model in (AuthenticatorApp, Passkey, RecoveryCode, MailCode):
        model._default_manager.filter(staff=staff).delete()
    counting.forget(name=f"second:{staff.id}")
    # A new stamp ends every session of the person.
    staff.session_stamp = uuid4()
    staff.save(update_fields=["session_stamp"])
    details = {"reason": reason}
    record(actor=actor, action="accounts.methods_reset", staff=staff.id, details=details, now=now)
    _publish(staff, "reset", actor, now)
    return staff


def _ensure_one_stays(staff: Staff, *, passkeys_left: int, keeps_app: bool) -> None:
    rules = sign_in_rules()
    is_required = rules.required == "everybody" or (
        rules.required == "administrators" and is_administrator(staff)
    )
    if is_required and not passkeys_left and not keeps_app:
        raise LastMethod


def _tell(staff: Staff, about: str, details: dict[str, Any], now: datetime) -> None:
    record(actor=staff.actor, action=f"accounts.method_{about}", staff=staff.id, details=details, now=now)
    _publish(staff, about, staff.actor, now)


def _publish(staff: Staff, about: str, actor: Actor, now: datetime) -> None:
    if staff.email:
        outbox.publish(event=StaffNoticed(staff_id=staff.id, about=about), actor=actor, now=now)
