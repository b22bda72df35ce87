"""The step after the password: who has to take it, with what, and what waits meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest

from madoguchi.accounts.acting import record_refused
from madoguchi.accounts.credentials import AuthenticatorApp, Passkey
from madoguchi.accounts.errors import SecondStepRefused, SecondStepRests
from madoguchi.accounts.methods import authenticator, counting, mail_codes, passkeys, recovery
from madoguchi.accounts.models import Staff

PENDING = "second_step"
LIFE = timedelta(minutes=10)
REFUSED = "accounts.second_step_refused"


@dataclass(frozen=True)
class Methods:
    """What a person can take the second step with."""

    app: bool
    passkeys: int
    codes_left: int

    @property
    def is_ready(self) -> bool:
        """Tell whether there is a lasting one; codes on paper alone are a way back, not a method."""
        return self.app or self.passkeys > 0


@dataclass(frozen=True)
class Pending:
    """Somebody whose first step was right."""

    staff: Staff
    how: str
    by_mail: bool


def methods_of(staff: Staff) -> Methods:
    """List what a person can take the second step with."""
    return methods_of_id(staff.id)


def methods_of_id(staff_id: UUID) -> Methods:
    """List what the person with this key can take the second step with."""
    return Methods(
        app=AuthenticatorApp.objects.filter(staff_id=staff_id).exists(),
        passkeys=Passkey.objects.filter(staff_id=staff_id).count(),
        codes_left=recovery.count_left(staff_id=staff_id),
    )


def app_of(staff: Staff) -> AuthenticatorApp | None:
    """Find the app of a person, for their own page."""
    return AuthenticatorApp.objects.filter(staff=staff).first()


def begin(request: HttpRequest, *, staff: Staff, how: str, by_mail: bool, now: datetime) -> None:
    """Note in the session, under a new key, that the first step was right; nobody is signed in yet."""
    request.session.cycle_key()
    request.session[PENDING] = {
        "staff": str(staff.id),
        "stamp": str(staff.session_stamp),
        "how": how,
        "by_mail": by_mail,
        "at": now.timestamp(),
    }
    if by_mail:
        mail_codes.send(staff=staff, now=now)


def pending(request: HttpRequest, *, now: datetime) -> Pending | None:
    """Find whose second step this session waits for; a new password or new rights end the wait."""
    noted = request.session.get(PENDING)
    if not noted or now.timestamp() - noted["at"] > LIFE.total_seconds():
        return None
    staff = Staff.objects.filter(
        id=UUID(noted["staff"]), session_stamp=UUID(noted["stamp"]), is_active=True
    ).first()
    return Pending(staff, noted["how"], noted["by_mail"]) if staff else None


def drop(request: HttpRequest) -> None:
    """Forget that a second step is waited for."""
    request.session.pop(PENDING, None)


def accept_code(waiting: Pending, *, code: str, now: datetime) -> str:
    """Accept the digits of an app, a code from paper or one from the mail, and name the method.

    Raises SecondStepRefused, and SecondStepRests after ten wrong ones.
    """
    staff = waiting.staff
    ensure_not_resting(staff, now=now)
    typed = recovery.plain(code)
    method = ""
    if waiting.by_mail:
        method = "mail_code" if mail_codes.accept(staff=staff, code=typed, now=now) else ""
    elif len(typed) == authenticator.DIGITS:
        method = "app" if authenticator.accept(staff=staff, digits=typed, now=now) else ""
    elif len(typed) == recovery.LENGTH:
        method = "recovery_code" if recovery.accept(staff=staff, code=typed, now=now) else ""
    if not method:
        refuse(staff, now=now)
    return method


def accept_passkey(request: HttpRequest, waiting: Pending, *, answer: str, now: datetime) -> str:
    """Accept the answer of one of the person's keys, and name the method.

    Raises PasskeyRefused.
    """
    passkeys.finish_asking(request, staff=waiting.staff, answer=answer, now=now)
    return "passkey"


def ensure_not_resting(staff: Staff, *, now: datetime) -> None:
    """Let nobody try codes without an end.

    Raises SecondStepRests.
    """
    if counting.is_resting(name=_name(staff), now=now):
        record_refused(staff=staff, action=REFUSED, now=now)
        raise SecondStepRests


def refuse(staff: Staff, *, now: datetime) -> None:
    """Count and write down a wrong code.

    Raises SecondStepRefused.
    """
    counting.count_failure(name=_name(staff), now=now)
    record_refused(staff=staff, action=REFUSED, now=now)
    raise SecondStepRefused


def forget_failures(staff: Staff) -> None:
    """Forget the wrong codes of a person who has proven who they are."""
    counting.forget(name=_name(staff))


def _name(staff: Staff) -> str:
    return f"second:{staff.id}"
